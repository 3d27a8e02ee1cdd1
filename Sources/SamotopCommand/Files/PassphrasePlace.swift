#if canImport(Glibc)
    import CLinux
    import Glibc
#elseif canImport(Musl)
    import CLinux
    import Musl
#else
    import Darwin
#endif
import SASL
import SamotopAccounts

/// Where it is kept how the instance's key comes of a passphrase: `key.salt` in the state folder.
struct PassphrasePlace: Sendable {
    /// Characters of a passphrase that is chosen.
    static let shortest = 12

    let state: String

    var file: String { state + "/key.salt" }

    /// Whether there is a passphrase.
    var isChosen: Bool { LocalFile.isTaken(file) }

    /// Something in the state folder that a key may have sealed.
    var sealed: String? {
        ["queue", "contacts.sqlite", "outgoing.sqlite"].map { "\(state)/\($0)" }.first(where: LocalFile.isTaken)
    }

    /// The key that comes of this passphrase.
    func key(of passphrase: String) throws(StartFailure) -> [UInt8] {
        let octets: [UInt8]
        do throws(SystemFailure) { octets = try LocalFile.read(file, limit: 4_096) } catch {
            throw StartFailure(ExitStatus.failure, ["samotop: \(file): \(error)"])
        }
        let text = String(decoding: octets, as: UTF8.self).split(whereSeparator: \.isNewline).first.map(String.init)
        guard let kept = text.flatMap({ PassphraseKey($0) }) else {
            throw StartFailure(
                ExitStatus.failure,
                ["samotop: \(file) can't be read; restore it from a backup: without it no passphrase makes the key"])
        }
        guard let key = kept.key(of: Self.form(passphrase)) else {
            throw StartFailure(ExitStatus.failure, ["samotop: that isn't the passphrase; nothing was done"])
        }
        return key
    }

    /// Chooses a passphrase. What is kept of it is durable on return.
    func begin(with passphrase: String) throws(StartFailure) -> [UInt8] {
        guard let (kept, key) = PassphraseKey.begin(with: Self.form(passphrase)) else {
            throw StartFailure(
                ExitStatus.usage, ["a passphrase has at most \(PasswordHash.longestPassword) octets"])
        }
        do throws(SystemFailure) {
            try LocalFile.write(Array((kept.text + "\n").utf8), to: file, mode: 0o600, forOwnerOf: state)
        } catch {
            throw StartFailure(ExitStatus.failure, ["samotop: \(file): \(error)"])
        }
        return key
    }

    /// The same passphrase is the same however a keyboard writes it.
    private static func form(_ passphrase: String) -> String { OpaqueString.prepare(passphrase) ?? passphrase }

    /// Whether a file is gone when the machine stops: tmpfs or ramfs.
    static func isInMemory(_ path: String) -> Bool {
        #if os(Linux)
            let file = open(path, O_RDONLY | O_CLOEXEC)
            guard file >= 0 else { return false }
            defer { close(file) }
            return [0x0102_1994, 0x8584_58F6].contains(linux_file_system_kind(file))
        #else
            false
        #endif
    }
}
