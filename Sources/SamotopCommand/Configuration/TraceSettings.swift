/// `trace:`, what the Received field that we add tells (RFC 5321 §4.4).
struct TraceSettings: Sendable, Hashable {
    enum Telling: String, CaseIterable { case told, omitted }
    enum Time: String, CaseIterable { case exact, hour, day }

    /// The client's name and address.
    var client = Telling.told
    /// The recipient, when there is one only.
    var recipient = Telling.told
    /// To the second, or cut to the hour or day.
    var time = Time.exact

    init() {}

    /// Neither client nor recipient, and the day alone.
    static let least: TraceSettings = {
        var settings = TraceSettings()
        settings.client = .omitted
        settings.recipient = .omitted
        settings.time = .day
        return settings
    }()

    /// - Parameter standard: holds for what isn't written.
    init(_ reader: SectionReader, over standard: TraceSettings = TraceSettings()) {
        self = standard
        client = reader.value("client", Choice.of(Telling.self)) ?? client
        recipient = reader.value("recipient", Choice.of(Telling.self)) ?? recipient
        time = reader.value("time", Choice.of(Time.self)) ?? time
        reader.finish()
    }
}
