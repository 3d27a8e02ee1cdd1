/// `prudence:`, how strictly a client must keep to SMTP.
struct PrudenceSettings: Sendable, Hashable {
    enum Conduct: String, CaseIterable { case refuse, note }
    enum Hello: String, CaseIterable { case refuse, off }

    /// How long the greeting waits, to see who speaks out of turn.
    var bannerDelay = Duration.seconds(2)
    /// Who speaks before the greeting (RFC 5321 §3.1).
    var earlyTalker = Conduct.refuse
    /// Who doesn't wait where a client must wait (RFC 2920 §3.1).
    var illegalPipelining = Conduct.refuse

    /// Text lines of more than 998 octets (RFC 5321 §4.5.3.1.6).
    var longLines = Conduct.refuse
    /// EHLO with our own name, or with a bare name from the Internet.
    var hello = Hello.off
    /// How long each refusal waits.
    var tarpit = Duration.zero

    init() {}

    init(_ reader: SectionReader) {
        bannerDelay = reader.value("banner-delay", Quantity.duration(in: .zero...(.seconds(60)))) ?? bannerDelay
        earlyTalker = reader.value("early-talker", Choice.of(Conduct.self)) ?? earlyTalker
        illegalPipelining = reader.value("illegal-pipelining", Choice.of(Conduct.self)) ?? illegalPipelining
        longLines = reader.value("long-lines", Choice.of(Conduct.self)) ?? longLines
        hello = reader.value("hello", Choice.of(Hello.self)) ?? hello
        tarpit = reader.value("tarpit", Quantity.duration(in: .zero...(.seconds(60)))) ?? tarpit
        reader.finish()
    }
}
