import InternetMessage

/// Why nothing can be encrypted to a key, or why octets are no key of a recipient's.
public enum KeyProblem: Error, Sendable, Hashable {
    /// There is no OpenPGP public key and no certificate in the octets, or none of a version that is understood.
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
    /// A certificate isn't good before this moment, in seconds since 1970.
    case notYetValid(Int64)
    /// The certificate of an authority, which signs others' and gets no mail (RFC 5280 §4.2.1.9).
    case authority
    /// A certificate whose key usage doesn't allow what it is needed for (RFC 8550 §4.4.2).
    case usage(needed: String)
    /// A certificate that is for other things than mail (RFC 8550 §4.4.4).
    case notForMail
    /// A certificate's extension that must be understood and isn't (RFC 5280 §4.2).
    case criticalExtension(String)
    /// OpenPGP keys and certificates in one place.
    case mixed
    /// Keys of a kind that this build can't encrypt to.
    case notInThisBuild(KeyKind)
}

extension KeyProblem: CustomStringConvertible {
    /// What is wrong and what to do. Names nobody.
    public var description: String {
        switch self {
        case .unreadable:
            """
            no OpenPGP public key and no certificate can be read; export a key like this: gpg --armor --export ADDRESS, \
            a certificate as PEM or DER
            """
        case .tooLarge:
            """
            larger than \(RecipientKey.maximumOctets / 1024) KiB; export it without others' signatures: \
            gpg --armor --export-options export-minimal --export ADDRESS
            """
        case .tooMany: "more than \(RecipientKey.maximumKeys) keys for one mailbox; remove some"
        case .secret:
            """
            this is a secret key, which belongs on its owner's devices only; export the public one: gpg --armor --export, \
            or the certificate without its key
            """
        case .revoked: "its owner has revoked it; import another one"
        case .expired(let moment):
            "expired on \(CivilDate(secondsSince1970: moment)); its owner can prolong it, then import it again"
        case .noEncryptionKey: "it has no valid key for encryption; its owner can add one, then import it again"
        case .weak(let algorithm, let bits):
            "\(algorithm) of \(bits) bits is too weak; 2,048 bits are the least, a new key is better"
        case .unsupported(let algorithm): "\(algorithm) is not used for new mail; import another key"
        case .otherUserID: "no user id of it has the mailbox's address; if it is the right one, say so"
        case .notYetValid(let moment):
            "it isn't valid before \(CivilDate(secondsSince1970: moment)); import it then, or check this machine's clock"
        case .authority: "this is an authority's certificate; import the owner's own, without those that signed it"
        case .usage(let needed):
            "its key usage doesn't allow encryption (it lacks \(needed)); ask its authority for one that does"
        case .notForMail: "it isn't for mail (its extended key usage lacks emailProtection); ask for one that is"
        case .criticalExtension(let name):
            "its critical extension \(name) isn't understood here; ask its authority for one without"
        case .mixed: "there are OpenPGP keys and certificates; a mailbox has one kind of them: remove one, or all"
        case .notInThisBuild(.openPGP):
            "this build can't encrypt to OpenPGP keys; use one with the trait OpenPGP, or import a certificate"
        case .notInThisBuild(.certificate):
            "this build can't encrypt to certificates; use one with the trait SMIME, or import an OpenPGP key"
        }
    }
}
