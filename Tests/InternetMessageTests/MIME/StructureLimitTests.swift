import InternetMessage
import Testing

struct StructureLimitTests {
    static func nested(_ depth: Int) -> [UInt8] {
        var message = "Content-Type: multipart/mixed; boundary=b0\r\n\r\n"
        for level in 0..<depth {
            message += "--b\(level)\r\nContent-Type: multipart/mixed; boundary=b\(level + 1)\r\n\r\n"
        }
        return bytes(message)
    }

    static func messages(_ depth: Int) -> [UInt8] {
        bytes(String(repeating: "Content-Type: message/rfc822\r\n\r\n", count: depth) + "\r\nx")
    }

    static func parts(_ count: Int) -> [UInt8] {
        bytes("Content-Type: multipart/mixed; boundary=b\r\n\r\n" + String(repeating: "--b\r\n\r\n\r\n", count: count))
    }

    static let deep: [@Sendable (Int) -> [UInt8]] = [nested, messages]

    static let growing: [@Sendable (Int) -> [UInt8]] = [
        nested, messages, parts, closing,
        { bytes("Content-Type: multipart/mixed; boundary=b\r\n\r\n" + String(repeating: "--b--\r\n", count: $0)) },
        { nested(100) + bytes(String(repeating: "--b\r\n", count: $0)) },
        { nested(100) + bytes(String(repeating: "--b1000\r\n", count: $0)) },
        { bytes(String(repeating: "Content-Type: text/plain\r\n", count: $0)) },
        { bytes("Content-Type: a/b" + String(repeating: "; a*0=b", count: $0)) },
    ]

    static func closing(_ depth: Int) -> [UInt8] {
        nested(depth) + bytes((0..<depth).reversed().map { "--b\($0)\r\n\r\n--b\($0)--\r\n" }.joined())
    }

    @Test("C01: 10,000 multiparts in one another are read to a depth of 100", arguments: deep)
    func depth(make: @Sendable (Int) -> [UInt8]) {
        let message = MIMEMessage(make(10_000))
        #expect(message.entities.map(\.depth).max() == 100)
        #expect(message.entities.last?.isOpaque == true)
        #expect(message.findings.contains { $0.kind == .tooDeep && $0.isAmbiguous && $0.exceedsLimit })
        #expect(MIMEMessage(make(100)).entities.map(\.depth).max() == 100)
    }

    @Test("C01: of a million parts 1,000 entities are kept, the rest is opaque")
    func number() {
        let message = MIMEMessage(Self.parts(1_000_000))
        #expect(message.entities.count == 1_000)
        #expect(message.findings.contains { $0.kind == .tooManyParts && $0.isAmbiguous })
        #expect(message.entities[0].bodyRange.upperBound == message.bytes.count)
        #expect(!MIMEMessage(Self.parts(999) + bytes("--b--\r\n")).isAmbiguous)
    }

    @Test("C01: a message that is in itself by its boundary ends")
    func cycle() {
        let piece = "Content-Type: message/rfc822\r\n\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
        let message = MIMEMessage(
            bytes("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" + String(repeating: piece, count: 5_000)))
        #expect(message.entities.count <= 1_000)
        #expect(message.entities.map(\.depth).max() == 100)
        #expect(message.isAmbiguous)
    }

    @Test(
        "X08: twice the octets are twice the work", arguments: growing)
    func linear(make: @Sendable (Int) -> [UInt8]) {
        let once = MIMEMessage(make(4_000))
        let twice = MIMEMessage(make(8_000))
        #expect(Double(twice.visited) <= 2.5 * Double(once.visited))
        // each line is looked at once, and compared with at most 100 boundaries
        #expect(twice.visited <= 101 * twice.bytes.count)
    }
}
