import SMTP
import SamotopClient
import SamotopCore

/// The content of one message as it goes out, read off the event loops; after a conversion, what came of that.
struct OutgoingContent: Sendable {
    private var content: any MailContent
    private var prepared: MessageContent?
    private let threads: StorageThreads
    private let conversion: EightBitConversion?
    private let buffer: Int
    /// What the MAIL command has to say of it.
    private(set) var body: BodyType?
    private(set) var isConverted = false

    init(
        _ content: any MailContent, body: BodyType?, threads: StorageThreads, conversion: EightBitConversion?,
        buffer: Int
    ) {
        self.content = content
        self.body = body
        self.threads = threads
        self.conversion = conversion
        self.buffer = max(buffer, 1)
    }

    /// For the client: octets in memory when they are few, else read in pieces as the server takes them.
    mutating func message() async throws -> MessageContent {
        if let prepared { return prepared }
        let message: MessageContent
        if content.count <= buffer {
            let octets: [UInt8]
            if let atHand = content.bytesAtHand {
                octets = atHand
            } else {
                octets = try await threads.run { [content] in try ContentWindow.octets(of: content) }
            }
            message = MessageContent(octets)
        } else {
            // The client can't look before it sends: what the server must be able to take is found out here.
            let survey = try await threads.run { [content] in
                var survey = ContentSurvey()
                try content.read { survey.add($0) }
                survey.finish()
                return survey
            }
            if body != .binaryMIME { body = survey.hasEightBit ? .eightBitMIME : .sevenBit }
            message = MessageContent(size: survey.octets) { [content, buffer] in ContentReader(content, buffer: buffer)
            }
        }
        prepared = message
        return message
    }

    /// Makes it 7-bit; throws when that can't be done.
    mutating func convert() async throws {
        guard let conversion, !isConverted else { throw ContentFault.notConvertible }
        content = try await threads.run { [content] in try conversion(content) }
        isConverted = true
        prepared = nil
        body = nil
    }
}

/// Why content can't be sent.
enum ContentFault: Error {
    /// Nobody can convert it, or it was converted and isn't 7-bit nevertheless.
    case notConvertible
    /// It has become shorter than it was.
    case tooShort
}
