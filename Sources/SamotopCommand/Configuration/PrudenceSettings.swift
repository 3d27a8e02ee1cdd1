/// `prudence:`, how strictly a client must keep to SMTP.
struct PrudenceSettings: Sendable, Hashable {
    enum Conduct: String, CaseIterable { case refuse, note }

    /// How long the greeting waits, to see who speaks out of turn.
    var bannerDelay = Duration.seconds(2)
    /// Who speaks before the greeting (RFC 5321 §3.1).
    var earlyTalker = Conduct.refuse
    /// Who doesn't wait where a client must wait (RFC 2920 §3.1).
    var illegalPipelining = Conduct.refuse

    init() {}

    init(_ reader: SectionReader) {
        bannerDelay = reader.value("banner-delay", Quantity.duration(in: .zero...(.seconds(60)))) ?? bannerDelay
        earlyTalker = reader.value("early-talker", Choice.of(Conduct.self)) ?? earlyTalker
        illegalPipelining = reader.value("illegal-pipelining", Choice.of(Conduct.self)) ?? illegalPipelining
        reader.finish()
    }
}
