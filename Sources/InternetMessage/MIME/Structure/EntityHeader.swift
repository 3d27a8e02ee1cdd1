/// The header section of one entity while its lines pass: only places are kept. It sees the fields that ``HeaderSection``
/// sees.
struct EntityHeader {
    /// Where the entity starts.
    let start: Int
    /// The message itself, or a message in it: fields of RFC 5322 count too.
    let isMessage: Bool
    /// By the field's raw value.
    private var bodies = [Range<Int>?](repeating: nil, count: SingletonField.allCases.count)
    private(set) var findings: [(kind: MIMEFinding.Kind, offset: Int)] = []
    private var field: SingletonField?
    private var colon = 0
    private var hasField = false
    private var fieldEnd = 0

    init(start: Int, isMessage: Bool) {
        self.start = start
        self.isMessage = isMessage
    }

    /// Where the body of the first field of this kind stands.
    subscript(field: SingletonField) -> Range<Int>? { bodies[field.rawValue] }

    mutating func take(_ line: LineScanner.Line, of bytes: [UInt8], hasNUL: Bool, hasEightBit: Bool) {
        let content = line.start..<line.contentEnd
        if hasNUL { find(.header(.nul), line.start) }
        if hasEightBit, !isWellFormedUTF8(bytes[content]) { find(.eightBitHeader, line.start) }
        if content.count > 998 { find(.header(.lineTooLong), line.start) }
        if bytes[content].contains(.carriageReturn) { find(.header(.bareCarriageReturn), line.start) }
        if bytes[line.start].isWSP, line.start > start {
            if bytes[content].allSatisfy(\.isWSP) { find(.header(.blankContinuation), line.start) }
        } else {
            close()
            open(content, of: bytes)
        }
        fieldEnd = line.contentEnd
    }

    /// The section ends: what is open is complete.
    mutating func close() {
        defer { hasField = false }
        guard hasField, let field, isMessage || field.isOfMIME else { return }
        if bodies[field.rawValue] == nil {
            bodies[field.rawValue] = (colon + 1)..<fieldEnd
        } else {
            find(.repeatedField, colon)
        }
    }

    private mutating func open(_ content: Range<Int>, of bytes: [UInt8]) {
        if bytes[content.lowerBound].isWSP { return find(.header(.leadingWhiteSpace), content.lowerBound) }
        let found = bytes[content].firstIndex(of: UInt8(ascii: ":"))
        let isMailbox = content.lowerBound == start && Self.isMailboxLine(bytes[content], colon: found)
        if isMailbox { find(.header(.mboxFromLine), content.lowerBound) }
        guard let found else { return find(.header(.missingColon), content.lowerBound) }
        var name = bytes[content.lowerBound..<found]
        if name.isEmpty { return find(.header(.emptyName), content.lowerBound) }
        if name.last?.isWSP == true { find(.header(.whiteSpaceBeforeColon), content.lowerBound) }
        while name.last?.isWSP == true { name.removeLast() }
        if isMailbox { return }
        if !name.allSatisfy(\.isFieldNameByte) { find(.header(.invalidName), content.lowerBound) }
        colon = found
        field = SingletonField(name)
        hasField = true
    }

    /// `From ` without a colon behind it is an mbox separator, with one the field in obsolete form.
    private static func isMailboxLine(_ line: ArraySlice<UInt8>, colon: Int?) -> Bool {
        guard line.starts(with: "From ".utf8) else { return false }
        guard let colon else { return true }
        return !line[(line.startIndex + 4)..<colon].allSatisfy(\.isWSP)
    }

    private mutating func find(_ kind: MIMEFinding.Kind, _ offset: Int) {
        if !findings.contains(where: { $0.kind == kind }) { findings.append((kind, offset)) }
    }
}
