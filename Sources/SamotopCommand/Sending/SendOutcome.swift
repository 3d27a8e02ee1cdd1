import Foundation
import SMTP
import SamotopClient

/// What became of a message, for whoever sent it.
struct SendOutcome: Sendable {
    private struct Recipient: Encodable {
        let address: String
        let accepted: Bool
        let stage: String
        let code: Int
        let reply: String
    }

    private struct Document: Encodable {
        let tls: String?
        let verified: Bool?
        let cipher: String?
        let recipients: [Recipient]
    }

    private let recipients: [Recipient]
    private let tls: PeerTLS?
    /// For the shell.
    let status: Int32

    init(_ transaction: MailTransaction, _ result: SendResult, _ tls: PeerTLS?) {
        recipients = zip(transaction.recipients, result.recipients).map { recipient, answer in
            let address =
                if case .mailbox(let mailbox) = recipient.path { mailbox.bytes } else { Array("postmaster".utf8) }
            return Recipient(
                address: String(decoding: address, as: UTF8.self), accepted: answer.isAccepted,
                stage: answer.stage.rawValue, code: Int(answer.reply.code), reply: Self.text(answer.reply))
        }
        self.tls = tls
        if result.isAcceptedForAll {
            status = 0
        } else {
            let refused = result.recipients.filter { !$0.isAccepted }
            status = refused.allSatisfy { $0.reply.isPermanent } ? ExitStatus.failure : ExitStatus.temporary
        }
    }

    /// A line for each recipient.
    var lines: [String] {
        let way = tls.map { $0.isVerified ? "\($0.version), verified" : "\($0.version), not verified" } ?? "in clear"
        return recipients.map { each in
            let answer = OneLine.escaped(each.reply, limit: 500)
            return each.accepted
                ? "\(OneLine.escaped(each.address)): accepted, \(way): \(answer)"
                : "\(OneLine.escaped(each.address)): refused at \(each.stage): \(answer)"
        }
    }

    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let document = Document(
            tls: tls?.version, verified: tls?.isVerified, cipher: tls?.cipher, recipients: recipients)
        return String(decoding: try encoder.encode(document), as: UTF8.self)
    }

    static func text(_ reply: ServerReply) -> String {
        let text = reply.lines.map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
        return "\(reply.code) \(text)"
    }
}
