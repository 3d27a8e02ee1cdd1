/// One pass over a header section, line by line.
struct HeaderReader {
    private let bytes: [UInt8]
    private let limits: HeaderLimits
    private(set) var position = 0
    private(set) var fields: [HeaderField.Place] = []
    /// Lines that are no field, or what lies past a limit.
    private(set) var others: [Range<Int>] = []
    private(set) var blankLine: Range<Int>?
    private(set) var findings: [HeaderFinding] = []
    private var pieceStart = 0
    private var colon: Int?
    private var pieceCount = 0

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
                blankLine = start..<next
                position = next
                if next > limits.maximumBytes { find(.tooManyBytes, start) }
                return
            }
            if bytes[start].isWSP, start > 0 {
                if bytes[start..<contentEnd].allSatisfy(\.isWSP) { find(.blankContinuation, start) }
            } else {
                closePiece(at: start)
                if pieceCount == limits.maximumFields {
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
        others.append(start..<bytes.count)
        position = bytes.count
    }

    /// The end of the line's content and the start of the next line.
    private mutating func line(from start: Int) -> (contentEnd: Int, next: Int) {
        var index = start
        while true {
            // The octets that are looked for are NUL, LF and CR; of the others below CR text has none but TAB.
            index = bytes.span.bytes.firstIndex(from: index) { $0.marks(below: .carriageReturn + 1) }
            guard index < bytes.count else { return checked(start..<index, next: index) }
            switch bytes[index] {
            case .lineFeed:
                let hasReturn = index > start && bytes[index - 1] == .carriageReturn
                if !hasReturn { find(.bareLineFeed, index) }
                return checked(start..<(hasReturn ? index - 1 : index), next: index + 1)
            case .carriageReturn:
                if index + 1 == bytes.count || bytes[index + 1] != .lineFeed { find(.bareCarriageReturn, index) }
            case 0:
                find(.nul, index)
            default:
                break
            }
            index += 1
        }
    }

    private mutating func checked(_ content: Range<Int>, next: Int) -> (contentEnd: Int, next: Int) {
        if content.count > 998 { find(.lineTooLong, content.lowerBound) }
        return (content.upperBound, next)
    }

    private mutating func openPiece(_ content: Range<Int>) {
        pieceStart = content.lowerBound
        pieceCount += 1
        if bytes[pieceStart].isWSP { return find(.leadingWhiteSpace, pieceStart) }
        colon = bytes[content].firstIndex(of: UInt8(ascii: ":"))
        if pieceStart == 0, bytes.starts(with: "From ".utf8), !isSpacedName("From") { find(.mboxFromLine, 0) }
        guard let colon else { return find(.missingColon, pieceStart) }
        if colon == pieceStart { return find(.emptyName, colon) }
        let nameEnd = nameEnd(before: colon)
        if nameEnd < colon { find(.whiteSpaceBeforeColon, colon) }
        if let bad = bytes[pieceStart..<nameEnd].firstIndex(where: { !$0.isFieldNameByte }), !isFromLine {
            find(.invalidName, bad)
        }
    }

    /// `From :` is the field with obsolete spacing, not an mbox separator.
    private func isSpacedName(_ name: StaticString) -> Bool {
        guard let colon else { return false }
        return bytes[name.utf8CodeUnitCount..<colon].allSatisfy(\.isWSP)
    }

    /// The end of the name before a colon, white space left out.
    private func nameEnd(before colon: Int) -> Int {
        var end = colon
        while end > pieceStart, bytes[end - 1].isWSP { end -= 1 }
        return end
    }

    private mutating func closePiece(at end: Int) {
        guard pieceStart < end else { return }
        if let colon, colon > pieceStart, !isFromLine {
            fields.append(
                HeaderField.Place(range: pieceStart..<end, nameEnd: nameEnd(before: colon), bodyStart: colon + 1))
        } else {
            others.append(pieceStart..<end)
        }
        pieceStart = end
        colon = nil
    }

    private var isFromLine: Bool { pieceStart == 0 && has(.mboxFromLine) }

    private func has(_ kind: HeaderFinding.Kind) -> Bool { findings.contains { $0.kind == kind } }

    private mutating func find(_ kind: HeaderFinding.Kind, _ offset: Int) {
        if !has(kind) { findings.append(HeaderFinding(kind: kind, offset: offset)) }
    }
}
