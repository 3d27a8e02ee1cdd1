#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif
public import InternetMessage

/// Encrypts what already lies in a Maildir: its inbox and all its folders (Maildir++).
///
/// Each message is written anew, flushed and linked before the old file is removed: a crash leaves both or the new one, and the
/// next run removes what is left over. Flags and times stay, and the sizes that change are told in `maildirsize`. What is encrypted
/// already is passed over, and so are messages that the caller tells by their header section.
public struct MaildirSealing {
    /// What was done.
    public struct Result: Sendable, Hashable {
        /// Messages that are encrypted now.
        public var sealed = 0
        /// Messages that were encrypted before, by us or by their authors.
        public var alreadyEncrypted = 0
        /// Messages that stay readable, since the caller wants it.
        public var passedOver = 0
        /// Files that were left as they are, each with the reason.
        public var failures: [String] = []
    }

    private let root: String
    private let recipient: any EncryptionRecipient
    private let passesOver: (HeaderSection) -> Bool
    private let largest: Int

    /// - Parameters:
    ///   - root: the Maildir, with `new`, `cur` and `tmp`.
    ///   - largest: octets of a file; larger ones are failures.
    public init(
        _ root: String, for recipient: any EncryptionRecipient, largest: Int = 256 << 20,
        passingOver: @escaping (HeaderSection) -> Bool = { _ in false }
    ) {
        self.root = root
        self.recipient = recipient
        self.largest = largest
        passesOver = passingOver
    }

    /// Encrypts everything; blocks.
    ///
    /// - Parameter seconds: the moment, since 1970.
    /// - Throws: ``KeyAccessError`` when a folder can't be read, ``EncryptionError`` when no key can be used.
    public func run(at seconds: Int64) throws -> Result {
        var result = Result()
        for folder in try folders() {
            let twins = try Self.twins(in: folder)
            for part in ["new", "cur"] {
                // A reader that changes flags renames files: those are found in the next round.
                var known: Set<String> = []
                for _ in 0..<10 {
                    let names = try KeyFile.names(in: "\(folder)/\(part)").filter { !known.contains($0) }
                    if names.isEmpty { break }
                    known.formUnion(names)
                    for name in names {
                        let isTwin = twins.contains(MaildirFile.base(of: name))
                        if isTwin, try removeLeftOver(name, in: folder, part) {
                            result.sealed += 1
                            continue
                        }
                        if let made = try seal(name, in: folder, part, seconds, &result) { known.insert(made) }
                    }
                }
            }
        }
        return result
    }

    private func folders() throws(KeyAccessError) -> [String] {
        let inner = try KeyFile.names(in: root, hidden: true).map { "\(root)/\($0)" }
        return [root] + inner.filter { access("\($0)/cur", F_OK) == 0 }
    }

    /// The name of the new file; nil when there is none.
    private func seal(
        _ name: String, in folder: String, _ part: String, _ seconds: Int64, _ result: inout Result
    ) throws(EncryptionError) -> String? {
        let path = "\(folder)/\(part)/\(name)"
        let stored: [UInt8]
        do throws(KeyAccessError) {
            guard let found = try KeyFile.read(path, limit: largest) else { return nil }
            stored = found
        } catch {
            result.failures.append("\(path): \(error)")
            return nil
        }
        let message = Self.withCRLF(stored)
        let header = HeaderSection(message)
        if passesOver(header) {
            result.passedOver += 1
            return nil
        }
        guard let sealed = try sealed(message, header, seconds) else {
            result.alreadyEncrypted += 1
            return nil
        }
        do throws(KeyAccessError) {
            let octets = stored == message ? sealed : Self.withLF(sealed)
            let made = try MaildirFile(folder: folder, part: part, name: name).replace(with: octets)
            guard let made else { return nil }
            result.sealed += 1
            note(name, stored.count, became: made, octets.count, in: folder)
            return made
        } catch {
            result.failures.append("\(path): \(error)")
            return nil
        }
    }

    /// Tells the mailbox's quota that a message has another size.
    private func note(_ old: String, _ before: Int, became new: String, _ after: Int, in folder: String) {
        let file = MaildirSizeFile(root: root)
        guard let before = file.size(of: old, in: folder, octets: before),
            let after = file.size(of: new, in: folder, octets: after)
        else { return }
        file.add(after - before)
    }

    /// Names that two files have, up to their sizes and flags. A message's name is its own: a run was cut short.
    private static func twins(in folder: String) throws(KeyAccessError) -> Set<Substring> {
        let names = try KeyFile.names(in: folder + "/new") + KeyFile.names(in: folder + "/cur")
        var seen: Set<Substring> = []
        return Set(names.map { MaildirFile.base(of: $0) }.filter { !seen.insert($0).inserted })
    }

    /// Removes a message whose encrypted copy was linked already: that was whole then.
    private func removeLeftOver(_ name: String, in folder: String, _ part: String) throws(KeyAccessError) -> Bool {
        let path = "\(folder)/\(part)/\(name)"
        func look(at path: String) throws(KeyAccessError) -> (octets: Int, isEncrypted: Bool)? {
            guard let octets = try KeyFile.read(path, limit: largest) else { return nil }
            return (octets.count, EncryptedForm(Self.withCRLF(octets)) != nil)
        }
        guard let left = try look(at: path), !left.isEncrypted else { return false }
        let base = MaildirFile.base(of: name)
        for part in ["new", "cur"] {
            for other in try KeyFile.names(in: "\(folder)/\(part)")
            where other != name && MaildirFile.base(of: other) == base {
                guard let made = try look(at: "\(folder)/\(part)/\(other)"), made.isEncrypted else { continue }
                try KeyFile.remove(path)
                note(name, left.octets, became: other, made.octets, in: folder)
                return true
            }
        }
        return false
    }

    private func sealed(
        _ message: [UInt8], _ header: HeaderSection, _ seconds: Int64
    ) throws(EncryptionError) -> [UInt8]? {
        try SealedMessage(message, keeping: Self.trace(header), for: recipient, at: seconds)?.octets
    }

    /// Our own trace fields, as far as they are on top: they stay outside, too.
    private static func trace(_ header: HeaderSection) -> [UInt8] {
        var trace: [UInt8] = []
        for field in header.fields {
            if field.isNamed(.received) { return trace + field.octets }
            guard field.isNamed(.returnPath) || field.isNamed(.authenticationResults) else { break }
            trace += field.octets
        }
        return trace
    }

    /// What is encrypted has CRLF (RFC 3156 §3).
    static func withCRLF(_ octets: [UInt8]) -> [UInt8] {
        guard octets.indices.contains(where: { octets[$0] == 0x0A && ($0 == 0 || octets[$0 - 1] != 0x0D) }) else {
            return octets
        }
        var lines: [UInt8] = []
        lines.reserveCapacity(octets.count + octets.count / 32)
        for (index, octet) in octets.enumerated() {
            if octet == 0x0A, index == 0 || octets[index - 1] != 0x0D { lines.append(0x0D) }
            lines.append(octet)
        }
        return lines
    }

    private static func withLF(_ octets: [UInt8]) -> [UInt8] {
        octets.indices.filter { octets[$0] != 0x0D || $0 + 1 == octets.count || octets[$0 + 1] != 0x0A }
            .map { octets[$0] }
    }
}
