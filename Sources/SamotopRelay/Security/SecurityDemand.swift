import NameResolution
import SMTP
import SamotopClient
import TransportSecurity

/// What the connection to a server must achieve, and who says so.
enum SecurityDemand: Sendable {
    /// DANE, MTA-STS, the ratchet, REQUIRETLS, a person's pins.
    case planned(SecurityPlan)
    /// A route.
    case chosen(ClientTLS, route: String)
    /// Nobody can be asked about an address literal: what is asked of everybody.
    case level(SecurityLevel)

    /// TLS for the client. What a plan asks for is looked at after the handshake, as it takes time; no command but EHLO is sent before.
    var tls: ClientTLS {
        switch self {
        case .chosen(let tls, route: _): return tls
        case .level(let level): return Self.unverified(level > .plaintext ? .required : .opportunistic)
        case .planned(let plan):
            var tls = Self.unverified(plan.requirement == .plaintextAllowed ? .opportunistic : .required)
            // RFC 7672 §8.1: SNI is the TLSA base domain; RFC 8461 §4: the server's name.
            let name = plan.dane.outcome == .authenticate ? plan.dane.baseDomain ?? plan.host : plan.host
            tls.serverName = Self.isHostName(name) ? .name(name.text) : .none
            return tls
        }
    }

    /// Whether a handshake that failed may be followed by a connection in clear to the same address.
    var allowsPlaintext: Bool { tls.mode == .opportunistic }

    private static func unverified(_ mode: ClientTLS.Mode) -> ClientTLS {
        var tls = ClientTLS(mode)
        tls.verification = .verifier { _ in true }
        tls.serverName = .none
        // The alternative is clear text.
        if mode == .opportunistic { tls.minimumVersion = .tls10 }
        return tls
    }

    /// RFC 6066 §3 allows names of hosts only.
    private static func isHostName(_ name: DNSName) -> Bool {
        !name.labels.isEmpty
            && name.labels.allSatisfy { label in
                label.allSatisfy { byte in
                    switch byte {
                    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "_"): true
                    default: false
                    }
                }
            } && IPAddress(name.text) == nil
    }
}
