/// Reads the structure of a message in one pass over its lines.
///
/// A line is of the header of an entity, of its body, of a preamble or an epilogue, or it is a delimiter of one of the
/// multiparts that are open; the inner ones are asked first. A delimiter ends everything inside its multipart. There is no
/// recursion: the entities that are open are a list, and the way out of them is the way along their parents.
struct MIMEReader {
    private enum Place {
        case header, body, preamble, epilogue
    }

    /// Of each kind one finding in each entity.
    private struct Key: Hashable {
        let kind: MIMEFinding.Kind
        let entity: Int
    }

    let bytes: [UInt8]
    let limits: MIMELimits
    var entities: [MIMEEntity] = []
    private(set) var findings: [MIMEFinding] = []
    /// Octets of lines looked at and compared: what the time of reading grows with.
    private(set) var visited = 0
    private var seen: Set<Key> = []
    private var scanner: LineScanner
    private var open: [OpenMultipart] = []
    private var place = Place.header
    /// The entity whose lines pass.
    private(set) var current = 0
    private var header: EntityHeader
    /// The end of the body when a delimiter comes next: where the line before ends.
    private var contentEnd = 0
    private var isStopped = false

    init(_ bytes: [UInt8], limits: MIMELimits) {
        self.bytes = bytes
        self.limits = limits
        scanner = LineScanner(bytes)
        header = EntityHeader(start: 0, isMessage: true)
    }

    mutating func read() {
        entities.append(MIMEEntity(parent: nil, depth: 0, start: 0))
        while !isStopped {
            if place == .header { scanner.forget() }
            guard let line = scanner.next() else { break }
            visited += line.next - line.start
            take(line)
        }
        finish()
    }

    private mutating func take(_ line: LineScanner.Line) {
        if let (index, isClose) = delimiter(line) {
            leave(to: index, at: line)
            if isClose { close(index, at: line) } else { startPart(of: index, at: line) }
            return
        }
        switch place {
        case .header:
            if line.start == line.contentEnd {
                header.close()
                startBody(at: line.next)
            } else {
                header.take(line, of: bytes, hasNUL: scanner.sawNUL, hasEightBit: scanner.sawEightBit)
            }
        case .preamble: noteOutside(line, .preamble)
        case .epilogue: noteOutside(line, .epilogue)
        case .body: break
        }
        contentEnd = line.contentEnd
    }

    /// The multipart that the line is a delimiter of.
    private mutating func delimiter(_ line: LineScanner.Line) -> (index: Int, isClose: Bool)? {
        guard !open.isEmpty, line.contentEnd - line.start > 2, bytes[line.start] == UInt8(ascii: "-"),
            bytes[line.start + 1] == UInt8(ascii: "-")
        else { return nil }
        var end = line.contentEnd
        while end > line.start + 2, bytes[end - 1].isWSP { end -= 1 }
        let content = (line.start + 2)..<end
        for index in open.indices.reversed() {
            visited += min(content.count, open[index].boundary.count)
            guard let match = open[index].match(content, of: bytes) else { continue }
            switch match {
            case .prefix:
                open[index].hasNearMiss = true
                find(.delimiterWithText, open[index].entity, line.start)
            case .delimiter, .closeDelimiter:
                if !open[index].isClosed { return (index, match == .closeDelimiter) }
                find(.partsAfterClose, open[index].entity, line.start)
            }
        }
        return nil
    }

    /// Ends all that is inside a multipart.
    private mutating func leave(to index: Int, at line: LineScanner.Line) {
        let multipart = open[index].entity
        if place == .header {
            header.close()
            settleHeader(end: line.start)
            find(.headerCutByDelimiter, current, line.start)
            entities[current].isOpaque = isComposite(current)
            contentEnd = line.start
        }
        noteOctets()
        for inner in open[(index + 1)...] where !inner.isClosed { noteUnclosed(inner, line.start) }
        open.removeLast(open.count - index - 1)
        end(upTo: multipart)
        if !open[index].hasDelimiter {
            open[index].hasDelimiter = true
            entities[multipart].preamble =
                entities[multipart].bodyRange
                .lowerBound..<max(
                    entities[multipart].bodyRange.lowerBound, contentEnd)
        }
    }

    /// Sets the end of the current entity and of those around it, up to one that stays open.
    private mutating func end(upTo last: Int?) {
        var entity: Int? = current
        while let closing = entity, closing != last {
            let start = entities[closing].bodyRange.lowerBound
            entities[closing].bodyRange = start..<max(start, contentEnd)
            if let epilogue = entities[closing].epilogue {
                entities[closing].epilogue = epilogue.lowerBound..<max(epilogue.lowerBound, contentEnd)
            }
            entity = entities[closing].parent
        }
    }

    private mutating func close(_ index: Int, at line: LineScanner.Line) {
        open[index].isClosed = true
        current = open[index].entity
        if entities[current].children.isEmpty { find(.noParts, current, line.start) }
        entities[current].epilogue = line.next..<line.next
        place = .epilogue
        contentEnd = line.contentEnd
    }

    private mutating func startPart(of index: Int, at line: LineScanner.Line) {
        current = open[index].entity
        contentEnd = line.contentEnd
        startEntity(in: current, at: line.next, isMessage: false)
    }

    private mutating func startEntity(in parent: Int, at start: Int, isMessage: Bool) {
        guard entities.count < limits.maximumParts else {
            find(.tooManyParts, parent, start)
            entities[parent].isOpaque = entities[parent].children.isEmpty
            place = .epilogue
            isStopped = true
            return
        }
        entities[parent].children.append(entities.count)
        current = entities.count
        entities.append(MIMEEntity(parent: parent, depth: entities[parent].depth + 1, start: start))
        header = EntityHeader(start: start, isMessage: isMessage)
        place = .header
    }

    private mutating func startBody(at start: Int) {
        settleHeader(end: start)
        scanner.forget()
        place = .body
        guard isComposite(current) else { return }
        if entities[current].depth >= limits.maximumDepth {
            find(.tooDeep, current, start)
        } else if entities[current].isMultipart {
            if let boundary = boundary(of: current) {
                if open.contains(where: { $0.boundary == boundary }) { find(.reusedBoundary, current, start) }
                open.append(OpenMultipart(entity: current, boundary: boundary))
                place = .preamble
                return
            }
        } else if entities[current].transferEncoding.isIdentity {
            return startEntity(in: current, at: start, isMessage: true)
        }
        entities[current].isOpaque = true
    }

    func isComposite(_ entity: Int) -> Bool {
        entities[entity].isMultipart || entities[entity].mediaType.isMessage
    }

    private mutating func settleHeader(end: Int) {
        entities[current].headerRange = header.start..<end
        entities[current].bodyRange = end..<end
        for (kind, offset) in header.findings { find(kind, current, offset) }
        readFields(header)
    }

    private mutating func finish() {
        contentEnd = bytes.count
        if place == .header, !isStopped {
            header.close()
            settleHeader(end: bytes.count)
            find(.header(.noBlankLine), current, bytes.count)
        }
        noteOctets()
        for multipart in open where !multipart.isClosed { noteUnclosed(multipart, bytes.count) }
        end(upTo: nil)
        if scanner.sawCRLF, scanner.sawBareLF { find(.mixedLineEnds, 0, 0) }
    }

    private mutating func noteUnclosed(_ multipart: OpenMultipart, _ offset: Int) {
        find(multipart.hasDelimiter ? .missingClose : .noParts, multipart.entity, offset)
    }

    /// What was seen in a body that ends.
    private mutating func noteOctets() {
        guard place == .body else { return }
        let start = entities[current].bodyRange.lowerBound
        if scanner.sawNUL, entities[current].transferEncoding != .binary { find(.nul, current, start) }
        if scanner.sawEightBit, ![.eightBit, .binary].contains(entities[current].transferEncoding) {
            find(.undeclaredEightBit, current, start)
        }
    }

    /// Text outside the delimiters is usual; what looks like a part there is not.
    private mutating func noteOutside(_ line: LineScanner.Line, _ kind: MIMEFinding.Kind) {
        guard bytes[line.start..<line.contentEnd].contains(where: { !$0.isWSP }) else { return }
        find(kind, current, line.start)
        let content = bytes[line.start..<line.contentEnd]
        let isDelimiter = content.starts(with: "--".utf8) && content.dropFirst(2).first.map(\.isAlphanumeric) == true
        if isDelimiter || equalIgnoringASCIICase(content.prefix(13), "Content-Type:".utf8) {
            find(.partOutsideDelimiters, current, line.start)
        }
    }

    mutating func find(_ kind: MIMEFinding.Kind, _ entity: Int, _ offset: Int) {
        guard seen.insert(Key(kind: kind, entity: entity)).inserted else { return }
        findings.append(MIMEFinding(kind: kind, entity: entity, offset: offset))
    }
}
