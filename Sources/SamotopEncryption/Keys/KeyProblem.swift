import InternetMessage

/// Why nothing can be encrypted to a key, or why octets are no key of a recipient's.
public enum KeyProblem: Error, Sendable, Hashable {
    /// There is no OpenPGP public key in the octets, or none of a version that is understood.
    case unreadable
    /// More octets than ``RecipientKey/maximumOctets``.
    case tooLarge
    /// More keys in one file than ``RecipientKey/maximumKeys``.
    case tooMany
    /// A secret key, which no server may see.
    case secret
    /// The owner has revoked it.
    case revoked
    /// It was good until this moment, in seconds since 1970.
    case expired(Int64)
    /// Neither the key nor a subkey of it is for encryption, or the one that is isn't valid.
    case noEncryptionKey
    /// Too few bits: of the key or of the subkey that would be used.
    case weak(algorithm: String, bits: Int)
    /// An algorithm that isn't used for new messages.
    case unsupported(algorithm: String)
    /// No user id holds an address that was asked for.
    case otherUserID
}

extension KeyProblem: CustomStringConvertible {
    /// What is wrong and what to do. Names nobody.
    public var description: String {
        switch self {
        case .unreadable:
            "no OpenPGP public key can be read; export it like this: gpg --armor --export ADDRESS"
        case .tooLarge:
            """
            larger than \(RecipientKey.maximumOctets / 1024) KiB; export it without others' signatures: \
            gpg --armor --export-options export-minimal --export ADDRESS
            """
        case .tooMany: "more than \(RecipientKey.maximumKeys) keys for one mailbox; remove some"
        case .secret:
            "this is a secret key, which belongs on its owner's devices only; export the public one: gpg --armor --export"
        case .revoked: "its owner has revoked it; import another one"
        case .expired(let moment):
            "expired on \(CivilDate(secondsSince1970: moment)); its owner can prolong it, then import it again"
        case .noEncryptionKey: "it has no valid subkey for encryption; its owner can add one, then import it again"
        case .weak(let algorithm, let bits):
            "\(algorithm) of \(bits) bits is too weak; 2,048 bits are the least, a new key is better"
        case .unsupported(let algorithm): "\(algorithm) is not used for new mail; import another key"
        case .otherUserID: "no user id of it has the mailbox's address; if it is the right one, say so"
        }
    }
}
