public import NIOCore
import SMTP

/// The octets of a message on its way out, with CRLF at the end of each line and without the transparency of RFC 5321 §4.5.2.
///
/// Octets in memory are looked through before MAIL, so that what the server can't take fails early and costs nothing. Of streamed
/// content the client believes ``size`` and the BODY parameter, and watches it as it goes: content that breaks its promise ends
/// the connection without the final dot, and the server drops what it got.
public struct MessageContent: Sendable {
    /// Reads content on a thread of the client's pool; used by one thread at a time.
    public protocol Reader: Sendable {
        /// The next octets, up to `maximum`; empty at the end. May block.
        mutating func read(upTo maximum: Int) throws -> [UInt8]
    }

    enum Source: Sendable {
        case bytes(ByteBuffer, ContentSurvey)
        case reader(@Sendable () throws -> any Reader)
        case stream(@Sendable () -> any AsyncIteratorProtocol)
    }

    let source: Source
    /// Octets, if known.
    public let size: UInt64?

    /// Octets in memory.
    public init(_ bytes: [UInt8]) { self.init(ByteBuffer(bytes: bytes)) }

    /// Octets in memory, not copied.
    public init(_ buffer: ByteBuffer) {
        var survey = ContentSurvey()
        survey.add(buffer.readableBytesUInt8Span)
        survey.finish()
        source = .bytes(buffer, survey)
        size = survey.octets
    }

    /// The UTF-8 of a string; lines have to end with CRLF.
    public init(_ string: String) { self.init(ByteBuffer(string: string)) }

    /// Content that blocks while it is read, such as a file's or a spool's.
    ///
    /// - Parameters:
    ///   - size: octets, if known: for SIZE (RFC 1870).
    ///   - open: called for each attempt to send, on a thread of the pool.
    public init(size: UInt64?, reading open: @escaping @Sendable () throws -> any Reader) {
        source = .reader(open)
        self.size = size
    }

    /// Content that comes by and by. The sequence is iterated anew for each attempt to send, and only as fast as the server takes it.
    public init<S: AsyncSequence & Sendable>(size: UInt64?, _ sequence: S) where S.Element == ByteBuffer {
        source = .stream { sequence.makeAsyncIterator() }
        self.size = size
    }
}
