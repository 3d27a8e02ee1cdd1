import InternetMessage
import SamotopCore

/// Makes messages 7-bit for servers that take nothing else.
enum EightBitMessage {
    /// Octets of a message that is converted, at most: it is done in memory.
    static let longest = 50 << 20

    /// Why a message isn't.
    enum Failure: Error { case tooLong }

    /// Blocks while it reads.
    static func converted(_ content: any MailContent) throws -> any MailContent {
        guard content.count <= longest else { throw Failure.tooLong }
        var octets: [UInt8] = []
        octets.reserveCapacity(content.count)
        try content.read { slice in slice.withUnsafeBufferPointer { octets += $0 } }
        return MemoryContent(try EightBitConverter.convert(octets))
    }
}
