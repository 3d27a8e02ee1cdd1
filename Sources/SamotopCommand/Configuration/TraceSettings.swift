/// `trace:`, what the Received field that we add tells (RFC 5321 §4.4).
struct TraceSettings: Sendable, Hashable {
    enum Telling: String, CaseIterable { case told, omitted }
    enum Time: String, CaseIterable { case exact, hour }

    /// The client's name and address.
    var client = Telling.told
    /// The recipient, when there is one only.
    var recipient = Telling.told
    /// To the second, or cut to the hour.
    var time = Time.exact

    init() {}

    init(_ reader: SectionReader) {
        client = reader.value("client", Choice.of(Telling.self)) ?? client
        recipient = reader.value("recipient", Choice.of(Telling.self)) ?? recipient
        time = reader.value("time", Choice.of(Time.self)) ?? time
        reader.finish()
    }
}
