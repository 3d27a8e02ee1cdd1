/// The content of `maildirsize`, in which all programs at a Maildir++ keep how much it holds: the quota on the first line
/// (`2147483648S,1000C`), then changes, a line each (octets, a space, messages), negative for what was removed.
///
/// Courier's definition of Maildir++; Dovecot reads and writes the same.
struct MaildirSize: Hashable {
    /// Octets of the file from which on it is made anew.
    static let longest = 5_120

    /// Nil: the first line is none that limits anything.
    let quota: MailboxQuota?
    /// The sum of all lines, not below nothing.
    let use: MailboxUse
    /// How many changes there are.
    let changes: Int

    init(quota: MailboxQuota?, use: MailboxUse) {
        self.quota = quota
        self.use = use
        changes = 1
    }

    /// Nil when it isn't such a file, or is too long: it has to be made anew then.
    init?(_ octets: [UInt8]) {
        guard octets.count < Self.longest, octets.last == UInt8(ascii: "\n") else { return nil }
        let lines = octets.split(separator: UInt8(ascii: "\n"))
        guard let first = lines.first, let quota = Self.quota(first) else { return nil }
        var (size, count): (Int64, Int64) = (0, 0)
        for line in lines.dropFirst() {
            let words = line.split(separator: UInt8(ascii: " "))
            guard words.count == 2, let octets = Self.number(words[0]), let messages = Self.number(words[1]) else {
                return nil
            }
            let (sum, tooLarge) = size.addingReportingOverflow(octets)
            let (total, tooMany) = count.addingReportingOverflow(messages)
            guard !tooLarge, !tooMany else { return nil }
            (size, count) = (sum, total)
        }
        self.quota = quota.value
        use = MailboxUse(octets: UInt64(max(0, size)), messages: UInt64(max(0, count)))
        changes = lines.count - 1
    }

    /// The whole file.
    var text: [UInt8] {
        Array(Self.header(quota).utf8) + Self.line(Int64(clamping: use.octets), Int64(clamping: use.messages))
    }

    /// One change.
    static func line(_ octets: Int64, _ messages: Int64) -> [UInt8] { Array("\(octets) \(messages)\n".utf8) }

    private static func header(_ quota: MailboxQuota?) -> String {
        let parts = [quota?.octets.map { "\($0)S" }, quota?.messages.map { "\($0)C" }].compactMap(\.self)
        return parts.joined(separator: ",") + "\n"
    }

    private struct Read { let value: MailboxQuota? }

    private static func quota(_ line: ArraySlice<UInt8>) -> Read? {
        var (octets, messages): (UInt64?, UInt64?) = (nil, nil)
        for part in line.split(separator: UInt8(ascii: ",")) {
            guard let number = number(part.dropLast()), number >= 0 else { return nil }
            switch part.last {
            case UInt8(ascii: "S"): octets = UInt64(number)
            case UInt8(ascii: "C"): messages = UInt64(number)
            // What other programs limit is theirs.
            default: continue
            }
        }
        // 0 is how some programs write that there is no limit.
        return Read(value: MailboxQuota(octets: octets == 0 ? nil : octets, messages: messages == 0 ? nil : messages))
    }

    private static func number(_ text: ArraySlice<UInt8>) -> Int64? {
        text.count <= 20 ? Int64(String(decoding: text, as: UTF8.self)) : nil
    }
}
