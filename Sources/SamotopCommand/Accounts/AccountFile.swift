#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif
import SamotopAccounts
import TransportSecurity

/// The file of those who sign in with a password, at the pages or to send mail: a line each, `NAME:HASH:ROLE`, and behind a further colon what
/// SCRAM and app passwords need (``SamotopAccounts/AccountSecrets/parts``), and `$x509-sha256$DIGITS` for each certificate. Written by
/// `samotop account`.
struct AccountFile: Sendable, Hashable {
    /// Someone with a password.
    struct Entry: Sendable, Hashable {
        /// The mailbox's address.
        let name: String
        var secrets: AccountSecrets
        var isAdministrator = false
        /// Certificates that sign in to send.
        var certificates: [Fingerprint] = []
    }

    /// What of a line can't be read.
    struct Failure: Error, CustomStringConvertible {
        let line: Int
        var description: String {
            "line \(line): not NAME:HASH:ROLE, with or without more behind it; write it anew with samotop account set"
        }
    }

    private static let certificate = "$x509-sha256$"

    private(set) var entries: [Entry] = []

    /// An empty one.
    init() {}

    /// Reads the file's octets; empty lines and those that begin with `#` are passed over.
    init(_ bytes: [UInt8]) throws(Failure) {
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() where !line.isEmpty && !line.hasPrefix("#") {
            let parts = line.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count >= 3, !parts[0].isEmpty, ["", "admin"].contains(parts[2]) else {
                throw Failure(line: index + 1)
            }
            let hash = PasswordHash(String(parts[1]))
            let others = parts.dropFirst(3)
            let digits = others.filter { $0.hasPrefix(Self.certificate) }
            let certificates = digits.compactMap { Fingerprint(String($0.dropFirst(Self.certificate.count))) }
            guard parts[1].isEmpty || hash != nil, certificates.count == digits.count,
                let secrets = AccountSecrets(
                    password: hash, parts: others.filter { !$0.hasPrefix(Self.certificate) })
            else { throw Failure(line: index + 1) }
            set(
                Entry(
                    name: String(parts[0]).lowercased(), secrets: secrets, isAdministrator: parts[2] == "admin",
                    certificates: certificates))
        }
    }

    subscript(_ name: String) -> Entry? { entries.first { $0.name == name } }

    /// Adds an entry, or puts it in the place of the one with this name.
    mutating func set(_ entry: Entry) {
        if let index = entries.firstIndex(where: { $0.name == entry.name }) {
            entries[index] = entry
        } else {
            entries.append(entry)
        }
    }

    mutating func remove(_ name: String) { entries.removeAll { $0.name == name } }

    private var text: String {
        "# Who signs in with a password, at samotop's pages or to send mail. Written by samotop account.\n"
            + entries.map { entry in
                let start = [entry.name, entry.secrets.password?.text ?? "", entry.isAdministrator ? "admin" : ""]
                let certificates = entry.certificates.map { Self.certificate + $0.description }
                return (start + entry.secrets.parts + certificates).joined(separator: ":") + "\n"
            }.joined()
    }

    /// Reads a file; an empty one when there is none.
    static func read(_ path: String) throws -> AccountFile {
        do {
            return try AccountFile(LocalFile.read(path))
        } catch let failure as SystemFailure where failure.number == ENOENT {
            return AccountFile()
        }
    }

    /// Writes it for its folder's owner alone, whole or not at all.
    func write(_ path: String) throws(SystemFailure) {
        try LocalFile.write(Array(text.utf8), to: path, mode: 0o600, forOwnerOf: LocalFile.parent(of: path))
    }
}
