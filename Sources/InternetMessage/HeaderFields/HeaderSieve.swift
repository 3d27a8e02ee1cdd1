/// Removes chosen header fields from a message while it streams through, in any slices; all else passes unchanged.
///
/// The machine stands at a line start, in a name, in the head of an `Authentication-Results` body, or in a line whose
/// fate is settled (`passing`, `removing`). A name is held back until it cannot be a name of the rule any more, or its
/// colon came; the head of an `Authentication-Results` field is held until its authserv-id is complete. So memory is
/// bounded: the longest name of the rule with white space, or the 1 KiB head. At a line start the bytes held belong to
/// a field whose colon or authserv-id is yet to come on a continuation line; any first byte but WSP settles it.
/// LF ends a line with or without CR: nothing that another reader takes for a field shall slip through.
public struct HeaderSieve: Sendable {
    private enum State {
        case lineStart(Continuation)
        case lineStartReturn(Continuation)
        case name
        case resultsHead
        case line(Continuation)
        case pastHeader
    }

    /// What a continuation line continues.
    private enum Continuation {
        case passing, removing, name, resultsHead
    }

    private static let maximumHead = 1_024

    private let rule: Rule
    private let limits: HeaderLimits
    private let longestName: Int
    private var state = State.lineStart(.passing)
    private var held: [UInt8] = []
    /// Length of the name in `held`, once white space followed it.
    private var nameLength: Int?
    /// Where the body starts in `held`.
    private var bodyStart = 0
    private var nesting = Nesting()

    /// Bytes of the header section that came in so far, its blank line included.
    public private(set) var headerByteCount = 0
    /// Fields that came in so far, removed ones too.
    public private(set) var fieldCount = 0
    /// `Received` fields that came in so far (RFC 5321 §6.3 counts them against loops).
    public private(set) var receivedCount = 0
    /// Fields that were removed.
    public private(set) var removedCount = 0

    /// A sieve for one message.
    public init(rule: Rule, limits: HeaderLimits = .standard) {
        self.rule = rule
        self.limits = limits
        let known = [HeaderFieldName.authenticationResults, .received]
        longestName = (rule.names + known).map(\.bytes.count).max() ?? 0
    }

    /// The blank line came: slices may now bypass the sieve.
    public var isPastHeader: Bool {
        if case .pastHeader = state { return true }
        return false
    }

    /// The header is larger than the limits: the reply is 552 5.3.4.
    public var exceedsLimits: Bool {
        headerByteCount > limits.maximumBytes || fieldCount > limits.maximumFields
    }

    /// Takes the next slice of the message and appends to `output` what passes.
    public mutating func push(_ slice: Span<UInt8>, into output: inout [UInt8]) {
        var index = 0
        while index < slice.count {
            switch state {
            case .pastHeader:
                append(slice, index..<slice.count, to: &output)
                return
            case .line(let continuation):
                index = passLine(continuation, slice, from: index, into: &output)
            default:
                headerByteCount += 1
                take(slice[index], into: &output)
                index += 1
            }
        }
    }

    /// The message ends: settles what is still held.
    public mutating func finish(into output: inout [UInt8]) {
        switch state {
        case .resultsHead:
            settleResults(into: &output)
        case .name:
            flush(into: &output)
        case .lineStart(let continuation):
            settle(continuation, into: &output)
        case .lineStartReturn(let continuation):
            settle(continuation, into: &output)
            output.append(.carriageReturn)
        case .line, .pastHeader:
            break
        }
        state = .pastHeader
    }

    private mutating func take(_ byte: UInt8, into output: inout [UInt8]) {
        switch state {
        case .lineStart(let continuation):
            takeLineStart(byte, continuation, into: &output)
        case .lineStartReturn(let continuation):
            takeAfterReturn(byte, continuation, into: &output)
        case .name:
            takeName(byte, into: &output)
        case .resultsHead:
            takeResultsHead(byte, into: &output)
        case .line, .pastHeader:
            break
        }
    }

    private mutating func takeLineStart(_ byte: UInt8, _ continuation: Continuation, into output: inout [UInt8]) {
        if byte.isWSP {
            return resume(continuation, byte, into: &output)
        }
        if byte == .carriageReturn {
            state = .lineStartReturn(continuation)
            return
        }
        settle(continuation, into: &output)
        if byte == .lineFeed {
            output.append(byte)
            state = .pastHeader
        } else {
            startField(byte, into: &output)
        }
    }

    private mutating func takeAfterReturn(_ byte: UInt8, _ continuation: Continuation, into output: inout [UInt8]) {
        settle(continuation, into: &output)
        if byte == .lineFeed {
            output += [.carriageReturn, .lineFeed]
            state = .pastHeader
        } else {
            // a bare CR begins the line: it is no name of ours
            fieldCount += 1
            output += [.carriageReturn, byte]
            state = .line(.passing)
        }
    }

    private mutating func startField(_ byte: UInt8, into output: inout [UInt8]) {
        fieldCount += 1
        held.removeAll(keepingCapacity: true)
        nameLength = nil
        state = .name
        takeName(byte, into: &output)
    }

    private mutating func resume(_ continuation: Continuation, _ byte: UInt8, into output: inout [UInt8]) {
        switch continuation {
        case .passing:
            output.append(byte)
            state = .line(.passing)
        case .removing:
            state = .line(.removing)
        case .name:
            state = .name
            takeName(byte, into: &output)
        case .resultsHead:
            state = .resultsHead
            takeResultsHead(byte, into: &output)
        }
    }

    private mutating func takeName(_ byte: UInt8, into output: inout [UInt8]) {
        held.append(byte)
        if byte == UInt8(ascii: ":") {
            return settleName(into: &output)
        }
        let isBlank = byte.isFoldingWhiteSpace
        if isBlank, nameLength == nil { nameLength = held.count - 1 }
        if byte == .lineFeed {
            // `From` CRLF ` : x` is a field to some readers
            state = .lineStart(.name)
            return
        }
        if (!isBlank && nameLength != nil) || (nameLength ?? held.count) > longestName {
            return pass(into: &output)
        }
        if held.count > Self.maximumHead {
            // a name and a kilobyte of white space: nobody means well
            if isRemovedName(held.prefix(nameLength ?? 0)) { remove() } else { pass(into: &output) }
        }
    }

    private mutating func settleName(into output: inout [UInt8]) {
        let name = held.prefix(nameLength ?? held.count - 1)
        if HeaderFieldName.received.matches(name) { receivedCount += 1 }
        if rule.names.contains(where: { $0.matches(name) }) {
            remove()
        } else if !rule.authservIDs.isEmpty, HeaderFieldName.authenticationResults.matches(name) {
            bodyStart = held.count
            nesting = Nesting()
            state = .resultsHead
        } else {
            pass(into: &output)
        }
    }

    private func isRemovedName(_ name: ArraySlice<UInt8>) -> Bool {
        rule.names.contains { $0.matches(name) }
            || (!rule.authservIDs.isEmpty && HeaderFieldName.authenticationResults.matches(name))
    }

    private mutating func takeResultsHead(_ byte: UInt8, into output: inout [UInt8]) {
        held.append(byte)
        nesting.take(byte)
        if held.count - bodyStart >= Self.maximumHead {
            remove()
        } else if byte == .lineFeed {
            state = .lineStart(.resultsHead)
        } else if byte == UInt8(ascii: ";"), nesting.isOutside {
            settleResults(into: &output)
        }
    }

    /// Decides by the authserv-id; one that cannot be read might be ours to another reader.
    private mutating func settleResults(into output: inout [UInt8]) {
        var scanner = FieldScanner(Array(held[bodyStart...]))
        guard let found = try? AuthenticationResults.readAuthservID(&scanner) else { return remove() }
        let isOurs = rule.authservIDs.contains { found.matches($0) }
        if isOurs { remove() } else { pass(into: &output) }
    }

    /// A new field or the blank line follows: what was held is complete.
    private mutating func settle(_ continuation: Continuation, into output: inout [UInt8]) {
        switch continuation {
        case .passing, .removing: break
        case .name: pass(into: &output)
        case .resultsHead: settleResults(into: &output)
        }
    }

    private mutating func pass(into output: inout [UInt8]) {
        let endsLine = held.last == .lineFeed
        flush(into: &output)
        state = endsLine ? .lineStart(.passing) : .line(.passing)
    }

    private mutating func flush(into output: inout [UInt8]) {
        output += held
        held.removeAll(keepingCapacity: true)
    }

    private mutating func remove() {
        removedCount += 1
        let endsLine = held.last == .lineFeed
        held.removeAll(keepingCapacity: true)
        state = endsLine ? .lineStart(.removing) : .line(.removing)
    }

    private mutating func passLine(
        _ continuation: Continuation, _ slice: Span<UInt8>, from start: Int, into output: inout [UInt8]
    ) -> Int {
        var end = start
        while end < slice.count, slice[end] != .lineFeed { end += 1 }
        if end < slice.count {
            end += 1
            state = .lineStart(continuation)
        }
        headerByteCount += end - start
        if case .passing = continuation { append(slice, start..<end, to: &output) }
        return end
    }

    private func append(_ slice: Span<UInt8>, _ range: Range<Int>, to output: inout [UInt8]) {
        // the buffer does not leave the closure
        slice.extracting(range).withUnsafeBufferPointer { output.append(contentsOf: $0) }
    }
}
