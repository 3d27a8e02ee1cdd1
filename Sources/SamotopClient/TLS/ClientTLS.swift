/// When a client uses TLS, and whom it trusts.
public struct ClientTLS: Sendable {
    /// When TLS is used.
    public enum Mode: String, Sendable, Hashable, CaseIterable {
        /// Never, even if the server offers it: for Unix sockets and the own machine.
        case none
        /// If the server offers STARTTLS (RFC 3207, RFC 7435). An attacker on the way can prevent it; and a handshake that fails
        /// is an error all the same: whether to connect anew without TLS is the caller's choice.
        case opportunistic
        /// STARTTLS, or an error.
        case required
        /// TLS from the first octet on (RFC 8314 §3.3, port 465).
        case implicit
    }

    /// Whose certificates are trusted.
    public enum Trust: Sendable {
        /// The system's certification authorities.
        case system
        /// The authorities in a PEM file.
        case file(String)
        /// These authorities, each in DER.
        case certificates([[UInt8]])
    }

    /// How the server's certificate is checked.
    public enum Verification: Sendable {
        /// The chain leads to a trusted root and the certificate is for the server's name (RFC 5280, RFC 9525).
        case full
        /// The chain leads to a trusted root, whatever the name.
        case chainOnly
        /// Not at all: encrypted, but with whom is unknown (RFC 7435).
        case none
        /// By this function alone, which gets the chain as presented and unchecked: that is where DANE (RFC 7672) comes in. It is
        /// called on the event loop, once per handshake, and must not block; false ends the handshake.
        case verifier(@Sendable (PeerChain) -> Bool)
    }

    /// The name that is sent as SNI (RFC 6066 §3) and, for `full`, that the certificate must have.
    public enum ServerName: Sendable, Hashable {
        /// The name of the ``ServerAddress``. An IP address is not sent as SNI, but verified.
        case address
        /// Another one.
        case name(String)
        /// None is sent; `full` then verifies the IP address.
        case none
    }

    /// The lowest version that is spoken.
    public enum Version: Sendable, Hashable {
        /// TLS 1.0 and newer: for opportunistic TLS only, where the alternative is clear text (RFC 8996).
        case tls10
        /// TLS 1.2 and newer.
        case tls12
        /// TLS 1.3 only.
        case tls13
    }

    /// The certificate that the client shows, if the server asks for one.
    public struct ClientCertificate: Sendable {
        /// The chain, the client's own certificate first.
        public var chainFile: String
        /// The private key.
        public var keyFile: String

        /// PEM files.
        public init(chainFile: String, keyFile: String) {
            self.chainFile = chainFile
            self.keyFile = keyFile
        }
    }

    /// When TLS is used.
    public var mode: Mode
    /// The lowest version.
    public var minimumVersion: Version = .tls12
    /// How the server is verified.
    public var verification: Verification = .full
    /// Whose certificates are trusted, for `full` and `chainOnly`.
    public var trust: Trust = .system
    /// The name in SNI.
    public var serverName: ServerName = .address
    /// The client's own certificate.
    public var clientCertificate: ClientCertificate?

    /// The defaults for a mode: the server is verified in full, but for `opportunistic`, where that would only help to send in clear.
    public init(_ mode: Mode) {
        self.mode = mode
        if mode == .opportunistic { verification = .none }
    }

    /// No TLS.
    public static var none: ClientTLS { ClientTLS(.none) }
    /// STARTTLS if it is offered, not verified.
    public static var opportunistic: ClientTLS { ClientTLS(.opportunistic) }
    /// STARTTLS, verified.
    public static var required: ClientTLS { ClientTLS(.required) }
    /// TLS from the start, verified.
    public static var implicit: ClientTLS { ClientTLS(.implicit) }
}
