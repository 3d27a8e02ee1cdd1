import SamotopClient
import SamotopCore

/// Reads long content in pieces, as the client asks for them.
///
/// Content can only be read from its beginning. So that no thread has to wait in the middle of it until a slow server has taken what
/// came before, each piece is a reading of its own, which passes over what is known and ends behind the piece.
struct ContentReader: MessageContent.Reader {
    private let content: any MailContent
    private let buffer: Int
    private var window: [UInt8] = []
    private var start = 0
    /// Octets that were read from the content.
    private var position = 0

    init(_ content: any MailContent, buffer: Int) {
        self.content = content
        self.buffer = max(buffer, 1)
    }

    mutating func read(upTo maximum: Int) throws -> [UInt8] {
        if start >= window.count {
            // A long content's pieces are longer, so that it isn't passed over more than sixteen times.
            let length = max(buffer, content.count / 16)
            window = try ContentWindow.octets(of: content, from: position, count: length)
            start = 0
            position += window.count
            if window.isEmpty, position < content.count { throw ContentFault.tooShort }
        }
        let piece = Array(window[start...].prefix(max(maximum, 1)))
        start += piece.count
        return piece
    }
}

/// A piece of content.
enum ContentWindow {
    private struct End: Error {}

    /// Up to `count` octets from a place on; all of them unless said otherwise.
    static func octets(of content: any MailContent, from position: Int = 0, count: Int = .max) throws -> [UInt8] {
        var octets: [UInt8] = []
        var passed = 0
        do {
            try content.read { slice in
                let begin = min(max(position - passed, 0), slice.count)
                let end = min(slice.count, begin + min(count - octets.count, slice.count - begin))
                passed += slice.count
                guard begin < end else { return }
                slice.extracting(begin..<end).withUnsafeBufferPointer { octets.append(contentsOf: $0) }
                // Only behind a piece: at the end of the content itself its reader may have more to check.
                if octets.count >= count, passed < content.count { throw End() }
            }
        } catch is End {}
        return octets
    }
}
