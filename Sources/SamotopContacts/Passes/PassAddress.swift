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
}
