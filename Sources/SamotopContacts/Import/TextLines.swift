/// The lines of a text, with their numbers: CRLF, LF or CR ends one. A byte order mark at the start is left out.
struct TextLines: Sequence {
    struct Line {
        let number: Int
        let octets: ArraySlice<UInt8>
    }

    private let octets: ArraySlice<UInt8>

    init(_ octets: [UInt8]) {
        self.octets = octets.starts(with: [0xEF, 0xBB, 0xBF]) ? octets.dropFirst(3) : octets[...]
    }

    func makeIterator() -> AnyIterator<Line> {
        var rest = octets
        var number = 0
        return AnyIterator {
            guard !rest.isEmpty else { return nil }
            number += 1
            guard let end = rest.firstIndex(where: { $0 == 0x0A || $0 == 0x0D }) else {
                defer { rest = [] }
                return Line(number: number, octets: rest)
            }
            let line = Line(number: number, octets: rest[..<end])
            let isPair = rest[end] == 0x0D && end + 1 < rest.endIndex && rest[end + 1] == 0x0A
            rest = rest[(end + (isPair ? 2 : 1))...]
            return line
        }
    }
}

extension BidirectionalCollection<UInt8> where SubSequence == ArraySlice<UInt8> {
    /// Without spaces and tabs at both ends.
    func trimmed() -> ArraySlice<UInt8> {
        guard let first = firstIndex(where: { $0 != 0x20 && $0 != 0x09 }),
            let last = lastIndex(where: { $0 != 0x20 && $0 != 0x09 })
        else { return [] }
        return self[first...last]
    }
}
