public import SenderAuthentication

/// The file of a key to sign with: PEM, for its owner alone. Blocks.
public enum SigningKeyFile {
    /// The key in a file.
    ///
    /// - Throws: why it can't be used, with the remedy: a server should not start then.
    public static func read(_ path: String) throws(SecretFile.Failure) -> DKIMPrivateKey {
        let octets = try SecretFile.read(path)
        do {
            return try DKIMPrivateKey(pem: octets)
        } catch .tooShort {
            throw SecretFile.Failure(path, "an RSA key under 1,024 bits, which nobody accepts; make a new one")
        } catch {
            throw SecretFile.Failure(path, "no RSA or Ed25519 private key in PEM; name another file, or make a new key")
        }
    }

    /// Makes a key, RSA with 2,048 bits (RFC 8301 §3.2) or Ed25519 (RFC 8463), and its file (0600). A file that is there stays as it is,
    /// and is a failure.
    public static func make(_ type: DKIMKeyType, at path: String) throws(SecretFile.Failure) -> DKIMPrivateKey {
        let key: DKIMPrivateKey
        do {
            key = type == .rsa ? try .makeRSA() : .makeEd25519()
        } catch {
            throw SecretFile.Failure(path, "no key could be made: \(error)")
        }
        try SecretFile.create(key.pem, at: path)
        return key
    }
}
