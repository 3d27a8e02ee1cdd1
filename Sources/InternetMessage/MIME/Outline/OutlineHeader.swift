import SMTP

/// What the header of a message says to people. Of fields that are there more than once the first counts.
struct OutlineHeader {
    private let header: HeaderSection

    /// Octets of one line at most; what is longer is cut before it is decoded.
    private static let maximumLine = 998

    init(_ message: MIMEMessage) {
        header = message.entities.first.map { message.header(of: $0) } ?? HeaderSection([])
    }

    private func body(_ name: HeaderFieldName) -> [UInt8]? {
        header.fields.first { $0.isNamed(name) }?.body
    }

    var subject: String? { body(.subject).map { Self.decoded($0) } }

    var date: String? {
        body(.date).map { body in
            InternetDate(body).map { String(decoding: $0.bytes, as: UTF8.self) } ?? Self.decoded(body)
        }
    }

    var messageID: String? { body(.messageID).flatMap { MessageID($0) }.map { Self.line($0.bytes) } }

    func correspondents(_ name: HeaderFieldName) -> [MessageOutline.Correspondent] {
        guard let body = body(name) else { return [] }
        guard let list = try? AddressList(body) else { return [.init(name: Self.decoded(body), address: nil)] }
        return list.mailboxes.map { mailbox in
            let comment = mailbox.comments.first.map { Self.decoded($0) }
            return .init(
                name: mailbox.displayName.map { Self.line($0.decoded) } ?? comment,
                address: Self.line(mailbox.mailbox.bytes))
        }
    }

    private static func decoded(_ body: [UInt8]) -> String {
        // an encoded-word is at most three octets for one
        line(DisplayText.decode(Array(body.prefix(4 * maximumLine))))
    }

    /// One line that can be printed.
    static func line(_ bytes: [UInt8]) -> String {
        var out: [UInt8] = []
        var isCut = bytes.count > maximumLine
        for scalar in String(decoding: bytes.prefix(maximumLine), as: UTF8.self).unicodeScalars {
            if scalar == "\n" || scalar == "\t" { out.append(.space) } else { VisibleText.append(scalar, to: &out) }
            if out.count > maximumLine {
                isCut = true
                break
            }
        }
        return String(decoding: out, as: UTF8.self) + (isCut ? "…" : "")
    }
}
