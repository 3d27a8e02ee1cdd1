public import SMTP

/// An address with a pass: `alice+pass-WORD@example.org`.
public struct PassAddress: Sendable, Hashable {
    /// What stands between the name and the word.
    static let mark = Array("+pass-".utf8)

    /// The address without the pass.
    public let mailbox: Mailbox
    /// The word.
    public let word: Pass.Word

    /// Nil when the address holds no pass.
    public init?(_ address: Mailbox) {
        let content = address.localPart.content
        let folded = content.map(\.foldedASCII)
        guard let start = folded.lastIndex(of: UInt8(ascii: "+")), start > 0,
            folded[start...].starts(with: Self.mark), let word = Pass.Word(folded[(start + Self.mark.count)...]),
            let localPart = LocalPart(Array(content[..<start]))
        else { return nil }
        mailbox = Mailbox(localPart: localPart, domain: address.domain)
        self.word = word
    }

    /// The address that hands out a pass, as people write it: `alice+pass-WORD@example.org`. Nil when `address` is none, or
    /// when the word makes its local-part longer than 64 octets (RFC 5321 §4.5.3.1.1).
    public static func text(_ word: Pass.Word, at address: String) -> String? {
        guard var mailbox = Mailbox(address),
            let localPart = LocalPart(mailbox.localPart.content + mark + Array(word.text.utf8))
        else { return nil }
        mailbox.localPart = localPart
        return String(decoding: mailbox.bytes, as: UTF8.self)
    }
}
