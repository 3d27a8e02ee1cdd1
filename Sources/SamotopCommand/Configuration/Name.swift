import NameResolution

/// Names in the configuration that end up on the wire or in a path.
enum Name {
    /// A host or mail domain: letters, digits and hyphens in labels (RFC 5321 §4.1.2), at least two of them, in lower case.
    static func domain(_ text: String) throws(Unfit) -> String {
        let hint = "write a full domain name like mx.example.org (international names in their xn-- form)"
        let labels = text.lowercased().split(separator: ".", omittingEmptySubsequences: false)
        let isFine = labels.count >= 2 && text.utf8.count <= 253 && labels.allSatisfy(isLabel)
        // An all-digit last label would make it an IPv4 address to some readers.
        guard isFine, labels.last?.utf8.allSatisfy(isDigit) == false else {
            throw Unfit("not a domain name: \(Quantity.quoted(text)); \(hint)")
        }
        return text.lowercased()
    }

    /// A domain; or `.` and a domain, for those below it.
    static func domains(_ text: String) throws(Unfit) -> String {
        let below = text.hasPrefix(".")
        return (below ? "." : "") + (try domain(below ? String(text.dropFirst()) : text))
    }

    /// A mailbox's or an alias's local-part. It may name a folder, so nothing that could leave one is allowed.
    static func localPart(_ text: String) throws(Unfit) -> String {
        let isFine =
            (1...64).contains(text.utf8.count) && !text.hasPrefix(".") && !text.hasSuffix(".") && !text.contains("..")
            && text.utf8.allSatisfy { isLetter($0) || isDigit($0) || "-_+.=".utf8.contains($0) }
        guard isFine else {
            throw Unfit("not a name: \(Quantity.quoted(text)); use up to 64 letters, digits and - _ + = and . inside")
        }
        return text
    }

    /// An absolute path.
    static func path(_ text: String) throws(Unfit) -> String {
        guard text.hasPrefix("/"), !text.utf8.contains(0) else {
            throw Unfit("not an absolute path: \(Quantity.quoted(text)); start it with /")
        }
        return text
    }

    /// A name of the DNS.
    static func zone(_ text: String) throws(Unfit) -> DNSName {
        guard let name = DNSName(text), name.isHostName else {
            throw Unfit("not a domain name: \(Quantity.quoted(text)); write one like example.org")
        }
        return name
    }

    /// Any text on one line.
    static func text(_ text: String) throws(Unfit) -> String {
        guard !text.isEmpty, text.utf8.allSatisfy({ $0 >= 0x20 }) else { throw Unfit("must be text on one line") }
        return text
    }

    /// The name of a user or group of this machine.
    static func account(_ text: String) throws(Unfit) -> String {
        guard !text.isEmpty, !text.utf8.contains(0), !text.utf8.allSatisfy(isDigit) else {
            throw Unfit("not the name of a user or group: \(Quantity.quoted(text))")
        }
        return text
    }

    private static func isLabel(_ label: Substring) -> Bool {
        (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
            && label.utf8.allSatisfy { isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "-") }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

    private static func isLetter(_ byte: UInt8) -> Bool {
        let lower = byte | 0x20
        return lower >= UInt8(ascii: "a") && lower <= UInt8(ascii: "z")
    }
}
