/// A library that encrypts to public keys of one kind, or of several.
public protocol EncryptionEngine: Sendable {
    /// Reads public keys, as text or not, and makes ready to encrypt to them.
    ///
    /// Unusable keys are among the result with their faults. Blocks for some milliseconds.
    ///
    /// - Throws: ``KeyProblem`` when there is nothing that can be read, or too much, or something secret.
    func recipient(_ octets: [UInt8]) throws(KeyProblem) -> any EncryptionRecipient

    /// An OpenPGP key as strangers may have it, not armoured: with the user ids that hold an address and no others, and without others'
    /// signatures. Blocks for some milliseconds.
    ///
    /// - Returns: nil when that can't be made.
    func published(_ key: RecipientKey, for address: String) -> [UInt8]?
}

/// Somebody with one key or several.
public protocol EncryptionRecipient: Sendable {
    /// What all the keys are.
    var kind: KeyKind { get }
    /// The keys in the order of their file; at least one.
    var keys: [RecipientKey] { get }

    /// Encrypts to all keys that have no problem at a moment, each of which can decrypt it alone.
    ///
    /// Blocks; may be called by several threads at once.
    ///
    /// - Returns: for OpenPGP keys an armoured message (RFC 9580 §6.2), lines ending with CRLF; for certificates a CMS ContentInfo with
    ///   AuthEnvelopedData (RFC 5083 §2) in DER.
    func encrypt(_ plaintext: [UInt8], at seconds: Int64) throws(EncryptionError) -> [UInt8]
}

/// Why nothing was encrypted.
public enum EncryptionError: Error, Sendable, Hashable {
    /// No key of the recipient's can be used; the problem of each of them.
    case noUsableKey([KeyProblem])
    /// The library failed; what it says, which names nobody.
    case failed(String)
}
