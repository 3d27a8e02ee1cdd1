/// A public key of somebody who gets mail, OpenPGP (RFC 9580) or a certificate (RFC 5280), and what can be told of it.
public struct RecipientKey: Sendable, Hashable {
    /// Octets of a file of keys, in all.
    public static let maximumOctets = 256 << 10
    /// Keys of one mailbox.
    public static let maximumKeys = 16
    /// Bits that RSA, ElGamal and DSA must have.
    public static let minimumBits = 2048

    /// In capital hexadecimal digits: 40 of them for an OpenPGP key of version 4, 64 (SHA-256) for a certificate.
    public let fingerprint: String
    /// The user ids that are signed by the key and not revoked, the primary one first; a certificate's addresses, or without any
    /// its subject.
    public let userIDs: [String]
    /// Of the key or subkey that mail is encrypted to, like `ECDH, Curve25519`; of the key itself when there is none.
    public let algorithm: String
    /// Seconds since 1970; a certificate is valid from then on.
    public let created: Int64
    /// Seconds since 1970; nil: never.
    public let expires: Int64?
    /// What is wrong with it at any time; nil: nothing.
    public let fault: KeyProblem?
    /// The owner's programs understand authenticated encryption: messages are encrypted with OCB. With certificates all are, with GCM.
    public let allowsAEAD: Bool
    /// The public key without anything secret, as text with a line end behind it: armoured (RFC 9580 §6.2), or PEM (RFC 7468 §5).
    public let armored: [UInt8]
    /// What it is.
    public let kind: KeyKind
    /// Seconds since 1970: nothing is encrypted to it before; nil: at any time.
    public let begins: Int64?

    /// Makes a key of what an engine has found.
    public init(
        fingerprint: String, userIDs: [String], algorithm: String, created: Int64, expires: Int64?, fault: KeyProblem?,
        allowsAEAD: Bool, armored: [UInt8], kind: KeyKind = .openPGP, begins: Int64? = nil
    ) {
        self.fingerprint = fingerprint
        self.userIDs = userIDs
        self.algorithm = algorithm
        self.created = created
        self.expires = expires
        self.fault = fault
        self.allowsAEAD = allowsAEAD
        self.armored = armored
        self.kind = kind
        self.begins = begins
    }

    /// The same with something wrong.
    func with(fault: KeyProblem) -> RecipientKey {
        RecipientKey(
            fingerprint: fingerprint, userIDs: userIDs, algorithm: algorithm, created: created, expires: expires,
            fault: fault, allowsAEAD: allowsAEAD, armored: armored, kind: kind, begins: begins)
    }

    /// Why nothing can be encrypted to the key at a moment; nil: it can.
    public func problem(at seconds: Int64) -> KeyProblem? {
        if let fault { return fault }
        if let begins, begins > seconds { return .notYetValid(begins) }
        if let expires, expires <= seconds { return .expired(expires) }
        return nil
    }

    /// Whether a user id holds this address, in angle brackets or alone; ASCII case is ignored.
    public func isFor(_ address: String) -> Bool { userIDs.contains { Self.holds($0, address) } }

    /// Whether one user id does.
    static func holds(_ userID: String, _ address: String) -> Bool {
        let (id, wanted) = (userID.lowercased(), address.lowercased())
        guard let start = id.lastIndex(of: "<"), let end = id.lastIndex(of: ">"), start < end else {
            return id == wanted
        }
        return id[id.index(after: start)..<end] == wanted
    }

    /// The fingerprint in groups of four digits, for people who compare.
    public var groupedFingerprint: String {
        var groups: [Substring] = []
        var rest = fingerprint[...]
        while !rest.isEmpty {
            groups.append(rest.prefix(4))
            rest = rest.dropFirst(4)
        }
        return groups.joined(separator: " ")
    }
}
