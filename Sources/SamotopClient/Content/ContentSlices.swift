import NIOCore
import NIOPosix

/// Streamed content, slice by slice: the next one is read only when it is asked for.
struct ContentSlices {
    /// Octets of a slice of blocking content.
    static let sliceSize = 256 << 10

    private enum Source {
        case unopened(@Sendable () throws -> any MessageContent.Reader)
        case reader(any MessageContent.Reader)
        case stream(any AsyncIteratorProtocol)
        case none
    }

    private var source: Source

    init(_ content: MessageContent) {
        switch content.source {
        case .reader(let open): source = .unopened(open)
        case .stream(let iterate): source = .stream(iterate())
        case .bytes: source = .none
        }
    }

    /// The next octets; nil at the end.
    mutating func next() async throws -> ByteBuffer? {
        switch source {
        case .unopened(let open):
            return try await read { try open() }
        case .reader(let reader):
            return try await read { reader }
        case .stream(var iterator):
            let slice = try await iterator.next(isolation: #isolation) as? ByteBuffer
            source = .stream(iterator)
            return slice
        case .none:
            return nil
        }
    }

    private mutating func read(_ reader: @escaping @Sendable () throws -> any MessageContent.Reader) async throws
        -> ByteBuffer?
    {
        let (next, slice) = try await NIOThreadPool.singleton.runIfActive {
            var reader = try reader()
            let slice = try reader.read(upTo: Self.sliceSize)
            return (reader, slice)
        }
        source = .reader(next)
        return slice.isEmpty ? nil : ByteBuffer(bytes: slice)
    }
}
