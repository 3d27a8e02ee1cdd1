@testable import SenderAuthentication

/// The rules of RFC 6376 §3.4 written down as they are read, octet by octet, on what is there as a whole.
enum PlainCanonicalization {
    /// §3.4.3, §3.4.4
    static func body(_ body: [UInt8], _ canonicalization: Canonicalization) -> [UInt8] {
        var lines: [[UInt8]] = [[]]
        var index = 0
        while index < body.count {
            if body[index] == 0x0D, index + 1 < body.count, body[index + 1] == 0x0A {
                lines.append([])
                index += 2
            } else {
                lines[lines.count - 1].append(body[index])
                index += 1
            }
        }
        if canonicalization == .relaxed {
            lines = lines.map { line in
                var out = singleSpaces(line)
                if out.last == 0x20 { out.removeLast() }
                return out
            }
        }
        while lines.last?.isEmpty == true { lines.removeLast() }
        if lines.isEmpty { return canonicalization == .simple ? [0x0D, 0x0A] : [] }
        return Array(lines.joined(separator: [0x0D, 0x0A])) + [0x0D, 0x0A]
    }

    /// §3.4.1, §3.4.2: a field of a name, what is between that and its colon, and a body of which some is left out, each of
    /// the parts that this leaves unfolded by itself.
    static func field(
        _ name: [UInt8], _ beforeColon: [UInt8], _ body: [UInt8], removing removed: Range<Int>?,
        _ canonicalization: Canonicalization
    ) -> [UInt8] {
        var parts = [body]
        if let removed { parts = [Array(body[..<removed.lowerBound]), Array(body[removed.upperBound...])] }
        if canonicalization == .simple { return name + beforeColon + [0x3A] + parts.joined() }
        var text = singleSpaces(Array(parts.map(unfolded).joined()))
        if text.first == 0x20 { text.removeFirst() }
        if text.last == 0x20 { text.removeLast() }
        return name.map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 } + [0x3A] + text
    }

    private static func unfolded(_ text: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        for octet in text {
            if octet == 0x0A, out.last == 0x0D { out.removeLast() } else { out.append(octet) }
        }
        return out
    }

    private static func singleSpaces(_ text: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        for octet in text {
            if octet == 0x20 || octet == 0x09 {
                if out.last != 0x20 { out.append(0x20) }
            } else {
                out.append(octet)
            }
        }
        return out
    }
}
