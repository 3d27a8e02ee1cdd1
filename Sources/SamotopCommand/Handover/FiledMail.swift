import InternetMessage
import SMTP
import SamotopCore
import SamotopDelivery

/// A message that was filed in a Maildir, read back.
struct FiledMail {
    private let octets: [UInt8]
    private let file: FiledMessage
    /// Where the body begins, with the empty line in front of it.
    private let headerEnd: Int

    init(_ octets: [UInt8], _ file: FiledMessage) {
        // Maildirs keep lines with LF.
        self.octets = LineEnds.normalized(octets)
        self.file = file
        var end = self.octets.count
        var index = 0
        // The first line that is empty.
        while let feed = self.octets[index...].firstIndex(of: 0x0A) {
            index = feed + 1
            if self.octets[index...].starts(with: [0x0D, 0x0A]) {
                end = index
                break
            }
        }
        headerEnd = end
    }

    /// As it was received, for the mailbox alone. Its fields are its trace: what this server found of the sender is in them, and others'
    /// findings in our name aren't let in.
    func message(for mailbox: HandedMailbox) -> ReceivedMessage {
        let header = Array(octets[..<headerEnd])
        let path = Self.reversePath(HeaderSection(header))
        var parameters = MailParameters()
        if octets.contains(where: { $0 >= 0x80 }) { parameters.body = .eightBitMIME }
        parameters.smtpUTF8 = (header + (path.mailbox?.bytes ?? []) + mailbox.address.bytes).contains { $0 >= 0x80 }
        return ReceivedMessage(
            envelope: Envelope(
                id: file.envelope ?? String(file.base.prefix(64)), reversePath: path, parameters: parameters,
                recipients: [
                    Recipient(
                        path: .mailbox(mailbox.address), parameters: RcptParameters(),
                        destinations: [.mailbox(mailbox.name)])
                ]),
            trace: header, content: MemoryContent(Array(octets[headerEnd...])),
            received: Timestamp(seconds: file.changed))
    }

    /// Whether others have filed it here, for an address that leads to the mailbox (RFC 9228): it was handed over, and would be again without
    /// end. What this server has filed goes on, whatever its sender wrote.
    func wasHandedOver(as mailbox: HandedMailbox, _ directory: Directory) -> Bool {
        guard file.envelope == nil, let name = Self.deliveredTo else { return false }
        return HeaderSection(Array(octets[..<headerEnd])).fields(named: name).contains { field in
            let text = field.unfoldedBody.filter { ![0x20, 0x09, 0x3C, 0x3E].contains($0) }
            return Mailbox(Array(text)).flatMap { directory.handedMailbox(for: $0) }?.mailbox.name == mailbox.name
        }
    }

    private static let deliveredTo = HeaderFieldName(Array("Delivered-To".utf8))

    /// Of the uppermost Return-Path, which is ours.
    private static func reversePath(_ header: HeaderSection) -> ReversePath {
        guard let field = header.fields(named: .returnPath).first else { return .null }
        let text = field.unfoldedBody.drop { $0 == 0x20 || $0 == 0x09 }
        guard text.first == UInt8(ascii: "<"), let end = text.lastIndex(of: UInt8(ascii: ">")),
            let address = Mailbox(Array(text[(text.startIndex + 1)..<end]))
        else { return .null }
        return .mailbox(address)
    }
}
