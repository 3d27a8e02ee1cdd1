import Foundation

/// What came of asking the authority, for the next start of the server to go on from.
struct CertificateTries: Codable, Sendable, Hashable {
    /// Seconds from now that a time in the file may be, at most: a day and a quarter, the longest pause. Clocks are set.
    static let furthest: Int64 = 108_000

    /// What was asked for.
    var names: [String]
    /// In a row.
    var failures = 0
    /// Seconds since 1970: the authority isn't asked earlier, unless somebody wants it.
    var notBefore: Int64 = 0
    /// Names, in lower case, that the authority couldn't prove when it was last asked: the certificate is without them.
    var unproven: [String] = []
}

extension CertificateFolder {
    /// Nil: nothing is known of the last tries.
    func tries() -> CertificateTries? {
        guard let octets = try? LocalFile.read(triesFile) else { return nil }
        return try? JSONDecoder().decode(CertificateTries.self, from: Data(octets))
    }

    /// The last tries for these names, as far as they can be believed now; others are asked for at once.
    func tries(for names: [String], now: Int64) -> CertificateTries {
        guard var tries = tries(), tries.names == names else { return CertificateTries(names: names) }
        tries.failures = min(max(tries.failures, 0), 1_000)
        tries.notBefore = max(0, min(tries.notBefore, now + CertificateTries.furthest))
        return tries
    }

    func write(_ tries: CertificateTries) throws {
        let text = try JSONEncoder().encode(tries)
        try LocalFile.makeFolder(path, mode: 0o700)
        try LocalFile.write(Array(text), to: triesFile, mode: 0o600)
    }

    private var triesFile: String { path + "/tries.json" }
}
