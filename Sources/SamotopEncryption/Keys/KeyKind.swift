/// What kind of public key mail is encrypted to. A mailbox has keys of one kind.
public enum KeyKind: String, Sendable, Hashable, CaseIterable {
    /// OpenPGP (RFC 9580): mail becomes PGP/MIME (RFC 3156).
    case openPGP
    /// An X.509 certificate (RFC 5280): mail becomes S/MIME (RFC 8551).
    case certificate

    /// The kind in words, with its article.
    public var words: String {
        switch self {
        case .openPGP: "an OpenPGP key"
        case .certificate: "a certificate"
        }
    }
}
