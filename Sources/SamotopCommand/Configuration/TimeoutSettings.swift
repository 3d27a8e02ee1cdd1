/// `timeouts:`, how long a peer may take (RFC 5321 §4.5.3.2).
struct TimeoutSettings: Sendable, Hashable {
    /// TLS handshake, all of it.
    var handshake = Duration.seconds(30)
    /// For the next command (RFC 5321 §4.5.3.2.7: at least five minutes).
    var command = Duration.seconds(300)
    /// For the next piece of mail data (RFC 5321 §4.5.3.2.5: three minutes).
    var data = Duration.seconds(180)
    /// For the client to take our replies.
    var write = Duration.seconds(60)
    /// Octets a second that mail data must bring on average.
    var minimumRate = 500
    /// For sessions to end by themselves after a signal to stop.
    var shutdown = Duration.seconds(30)

    init() {}

    init(_ reader: SectionReader) {
        let span = Quantity.duration(in: .seconds(1)...(.seconds(86_400)))
        handshake = reader.value("handshake", span) ?? handshake
        command = reader.value("command", span) ?? command
        data = reader.value("data", span) ?? data
        write = reader.value("write", span) ?? write
        minimumRate = reader.value("minimum-rate", Quantity.size(in: 1...1 << 30)) ?? minimumRate
        shutdown = reader.value("shutdown", Quantity.duration(in: .zero...(.seconds(3600)))) ?? shutdown
        reader.finish()
    }
}
