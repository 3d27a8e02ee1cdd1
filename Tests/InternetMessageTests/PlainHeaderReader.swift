import InternetMessage

/// Reads a header section octet by octet, and copies each piece: what the quick reader is held against.
struct PlainHeaderReader {
    /// A piece: a field with what its name and body are, or something else.
    struct Piece: Equatable {
        var raw: [UInt8]
        var name: [UInt8]?
        var body: [UInt8]?
    }

    private let bytes: [UInt8]
    private let limits: HeaderLimits
    private(set) var position = 0
    private(set) var pieces: [Piece] = []
    private(set) var findings: [(kind: HeaderFinding.Kind, offset: Int)] = []
    private var seen: Set<HeaderFinding.Kind> = []
    private var pieceStart = 0
    private var colon: Int?
    private var fieldCount = 0

    init(_ bytes: [UInt8], limits: HeaderLimits) {
        self.bytes = bytes
        self.limits = limits
    }

    mutating func read() {
        while position < bytes.count {
            let start = position
            let (contentEnd, next) = line(from: start)
            if contentEnd == start {
                closePiece(at: start)
                pieces.append(Piece(raw: Array(bytes[start..<next])))
                position = next
                if next > limits.maximumBytes { find(.tooManyBytes, start) }
                return
            }
            if Self.isWSP(bytes[start]), start > 0 {
                if bytes[start..<contentEnd].allSatisfy(Self.isWSP) { find(.blankContinuation, start) }
            } else {
                closePiece(at: start)
                if fieldCount == limits.maximumFields {
                    find(.tooManyFields, start)
                    return stop(at: start)
                }
                openPiece(start..<contentEnd)
            }
            if next > limits.maximumBytes {
                find(.tooManyBytes, start)
                return stop(at: pieceStart)
            }
            position = next
        }
        closePiece(at: position)
        find(.noBlankLine, position)
    }

    /// The rest of the bytes stays as one piece that nobody reads as fields.
    private mutating func stop(at start: Int) {
        pieces.append(Piece(raw: Array(bytes[start...])))
        position = bytes.count
    }

    /// The end of the line's content and the start of the next line.
    private mutating func line(from start: Int) -> (contentEnd: Int, next: Int) {
        var index = start
        while index < bytes.count {
            switch bytes[index] {
            case 0x0A:
                let hasReturn = index > start && bytes[index - 1] == 0x0D
                if !hasReturn { find(.bareLineFeed, index) }
                return checked(start..<(hasReturn ? index - 1 : index), next: index + 1)
            case 0x0D:
                if index + 1 == bytes.count || bytes[index + 1] != 0x0A { find(.bareCarriageReturn, index) }
            case 0:
                find(.nul, index)
            default:
                break
            }
            index += 1
        }
        return checked(start..<index, next: index)
    }

    private mutating func checked(_ content: Range<Int>, next: Int) -> (contentEnd: Int, next: Int) {
        if content.count > 998 { find(.lineTooLong, content.lowerBound) }
        return (content.upperBound, next)
    }

    private mutating func openPiece(_ content: Range<Int>) {
        pieceStart = content.lowerBound
        fieldCount += 1
        if Self.isWSP(bytes[pieceStart]) { return find(.leadingWhiteSpace, pieceStart) }
        colon = bytes[content].firstIndex(of: UInt8(ascii: ":"))
        if pieceStart == 0, bytes.starts(with: "From ".utf8), !isSpacedName("From") { find(.mboxFromLine, 0) }
        guard let colon else { return find(.missingColon, pieceStart) }
        let name = bytes[pieceStart..<colon]
        if name.isEmpty { return find(.emptyName, colon) }
        if name.last.map(Self.isWSP) == true { find(.whiteSpaceBeforeColon, colon) }
        let trimmed = name.prefix(nameLength(of: name))
        if let bad = trimmed.firstIndex(where: { !(0x21...0x7E).contains($0) || $0 == 0x3A }), !isFromLine {
            find(.invalidName, bad)
        }
    }

    /// `From :` is the field with obsolete spacing, not an mbox separator.
    private func isSpacedName(_ name: StaticString) -> Bool {
        guard let colon else { return false }
        return bytes[name.utf8CodeUnitCount..<colon].allSatisfy(Self.isWSP)
    }

    private func nameLength(of name: ArraySlice<UInt8>) -> Int {
        guard let last = name.lastIndex(where: { !Self.isWSP($0) }) else { return 0 }
        return last - name.startIndex + 1
    }

    private mutating func closePiece(at end: Int) {
        guard pieceStart < end else { return }
        let raw = Array(bytes[pieceStart..<end])
        if let colon, colon > pieceStart, !isFromLine {
            let length = nameLength(of: bytes[pieceStart..<colon])
            var body = raw[(colon - pieceStart + 1)...]
            if body.last == 0x0A { body.removeLast() }
            if body.last == 0x0D { body.removeLast() }
            pieces.append(Piece(raw: raw, name: Array(raw[..<length]), body: Array(body)))
        } else {
            pieces.append(Piece(raw: raw))
        }
        pieceStart = end
        colon = nil
    }

    private var isFromLine: Bool { pieceStart == 0 && seen.contains(.mboxFromLine) }

    private mutating func find(_ kind: HeaderFinding.Kind, _ offset: Int) {
        if seen.insert(kind).inserted { findings.append((kind, offset)) }
    }

    private static func isWSP(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}
