import SamotopClient
import SamotopQueue
import TransportSecurity

/// A connection that is good enough for what its key says.
struct ServerConnection: Sendable {
    let smtp: SMTPConnection
    let key: ConnectionKey
    let remote: RemoteHost
    let tls: DeliveredTLS?
    /// When it was made, in seconds since 1970.
    let made: Int64
    /// That a person let one message go by it.
    let permission: PeerDecision.AcceptOnce?
    /// Messages that it has carried.
    var messages = 0
    /// Since when it is idle.
    var idleSince: Int64 = 0

    var isReusable: Bool { permission == nil }

    /// Whether it has carried a message before, so that the server may have lost patience meanwhile.
    var isReused: Bool { messages > 0 }

    /// Of the server's certificate.
    var fingerprint: Fingerprint? { smtp.tls?.chain.certificates.first.map { Fingerprint(of: $0) } }

    /// Says good-bye; nobody waits for it.
    func quit() {
        Task { [smtp] in await smtp.quit() }
    }
}
