public import SMTP

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// An envelope as a file keeps it: JSON with the lines that SMTP would say, which lose nothing and are read by the same grammar.
///
///     {"mail":"MAIL FROM:<ann@example.org> BODY=8BITMIME","recipients":["RCPT TO:<bob@example.net> NOTIFY=NEVER"]}
public struct StoredEnvelope: Sendable, Hashable {
    /// The envelope.
    public let transaction: MailTransaction

    /// Wraps an envelope.
    public init(_ transaction: MailTransaction) { self.transaction = transaction }

    private struct Form: Codable {
        var mail: String
        var recipients: [String]
    }

    /// The most octets that are read as JSON.
    public static let maximumSize = 16 << 20

    /// Reads JSON; nil when it isn't an envelope.
    public init?(json: [UInt8]) {
        guard json.count <= Self.maximumSize,
            let form = try? JSONDecoder().decode(Form.self, from: Data(json)),
            case .mail(let path, let parameters)? = try? Command.parse(Array(form.mail.utf8).span)
        else { return nil }
        var recipients: [MailTransaction.Recipient] = []
        for line in form.recipients {
            guard case .rcpt(let path, let parameters)? = try? Command.parse(Array(line.utf8).span) else { return nil }
            recipients.append(MailTransaction.Recipient(path, parameters: parameters))
        }
        guard !recipients.isEmpty else { return nil }
        transaction = MailTransaction(from: path, to: recipients, parameters: parameters)
    }

    /// The envelope as JSON.
    ///
    /// - Throws: ``SMTP/ClientFault/unwritable`` or `noRecipients`.
    public func json() throws(SMTPClientError) -> [UInt8] {
        do {
            guard !transaction.recipients.isEmpty else { throw ClientFault.noRecipients }
            let mail = try Command.mail(transaction.reversePath, transaction.parameters).encoded()
            let recipients = try transaction.recipients.map {
                String(decoding: try Command.rcpt($0.path, $0.parameters).encoded(), as: UTF8.self)
            }
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return Array(try encoder.encode(Form(mail: String(decoding: mail, as: UTF8.self), recipients: recipients)))
        } catch {
            throw SMTPClientError(fault: (error as? ClientFault) ?? .unwritable, stage: .mail)
        }
    }
}
