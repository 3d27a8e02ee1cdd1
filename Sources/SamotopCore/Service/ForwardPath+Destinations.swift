public import SMTP

extension ForwardPath {
    /// A local-part such as `b%out.example`, `out.example!b` or `SRS0=…` asks for another destination: a relay attempt, not a
    /// mailbox (RFC 5321 App. F; the Sender Rewriting Scheme).
    var namesAnotherDestination: Bool {
        guard case .mailbox(let mailbox) = self else { return false }
        return isRewrittenSender || mailbox.localPart.content.contains { $0 == 0x25 || $0 == 0x21 || $0 == 0x40 }
    }

    /// `SRS0=…` or `SRS1=…`: by the Sender Rewriting Scheme it stands for the sender of a message that was forwarded.
    public var isRewrittenSender: Bool {
        guard case .mailbox(let mailbox) = self else { return false }
        let content = mailbox.localPart.content
        let head = content.prefix(4).map { $0 & 0xDF }
        return content.count > 4 && head.starts(with: Array("SRS".utf8)) && (head[3] == 0x10 || head[3] == 0x11)
    }
}
