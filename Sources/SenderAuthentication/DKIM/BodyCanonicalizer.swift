/// Makes a body canonical while it streams through, in any slices, and hashes what comes out (RFC 6376 §3.4.3, §3.4.4).
///
/// What stands as it is goes to the hashers in stretches as long as a slice has them, over line ends too. Only counts
/// are kept from slice to slice: the line ends that may turn out to be the empty lines at the end, white space that may
/// turn out to end its line, a CR whose LF may be yet to come. A bare CR or LF is text as any other octet.
struct BodyCanonicalizer: Sendable {
    let canonicalization: Canonicalization
    /// Octets of the canonical body so far.
    private(set) var length = 0
    private(set) var hashers: [BodyHasher]

    /// CRLFs that came and weren't passed on: they are, once text follows them.
    private var lineEnds = 0
    /// White space came, after those line ends.
    private var hasSpace = false
    /// The last octet was a CR.
    private var hasReturn = false
    private var buffer: [UInt8] = []

    /// Short stretches are gathered up to this many octets, longer ones are hashed where they are.
    private static let bufferSize = 4_096
    private static let longStretch = 512

    init(_ canonicalization: Canonicalization, hashers: [BodyHasher]) {
        self.canonicalization = canonicalization
        self.hashers = hashers
    }

    mutating func push(_ slice: Span<UInt8>) {
        // The buffer does not leave the closure.
        slice.withUnsafeBytes { push($0) }
    }

    private mutating func push(_ octets: UnsafeRawBufferPointer) {
        guard !octets.isEmpty else { return }
        var start = 0
        if hasReturn {
            hasReturn = false
            if octets[0] == 0x0A {
                endLine()
                start = 1
            } else {
                passReturn()
            }
        }
        switch canonicalization {
        case .simple: passSimple(octets, from: start)
        case .relaxed: passRelaxed(octets, from: start)
        }
    }

    /// The body ends: what is still held is settled, and the CRLF of its last line stands.
    mutating func finish() {
        if hasReturn { passReturn() }
        hasReturn = false
        lineEnds = 0
        hasSpace = false
        // RFC 6376 §3.4.3: a body without a CRLF at its end gets one, an empty one too. §3.4.4: but an empty one is
        // empty.
        if canonicalization == .simple || length > 0 { writeLineEnd() }
        flush()
    }

    // MARK: simple

    /// All passes but the CRLFs at the end of what came so far.
    private mutating func passSimple(_ octets: UnsafeRawBufferPointer, from start: Int) {
        var end = octets.count
        let endsWithReturn = end > start && octets[end - 1] == 0x0D
        if endsWithReturn { end -= 1 }
        var trailing = 0
        while end - start >= 2, octets[end - 1] == 0x0A, octets[end - 2] == 0x0D {
            end -= 2
            trailing += 1
        }
        if end > start { pass(UnsafeRawBufferPointer(rebasing: octets[start..<end])) }
        lineEnds += trailing
        hasReturn = endsWithReturn
    }

    // MARK: relaxed

    private mutating func passRelaxed(_ octets: UnsafeRawBufferPointer, from start: Int) {
        var index = start
        while index < octets.count {
            switch octets[index] {
            case 0x20, 0x09:
                hasSpace = true
                index += 1
            case 0x0D:
                index += 1
                if index == octets.count {
                    hasReturn = true
                } else if octets[index] == 0x0A {
                    endLine()
                    index += 1
                } else {
                    passReturn()
                }
            default:
                let end = Self.stretchEnd(octets, from: index)
                pass(UnsafeRawBufferPointer(rebasing: octets[index..<end]))
                index = end
            }
        }
    }

    /// The end of the stretch from `start`, where text stands, that is canonical as it is and ends with text.
    private static func stretchEnd(_ octets: UnsafeRawBufferPointer, from start: Int) -> Int {
        var index = start
        while true {
            index = octets.firstDoubtful(from: index)
            guard index < octets.count else { break }
            guard octets[index] == 0x0D, index + 1 < octets.count else { break }
            if octets[index + 1] != 0x0A {
                index += 1
                continue
            }
            // Over a line end only if nothing before or after it is going to change.
            guard octets[index - 1] != 0x20, index + 2 < octets.count, !isDoubtful(octets[index + 2]),
                octets[index + 2] != 0x20
            else { break }
            index += 2
        }
        // A single space before what follows belongs to it.
        return octets[index - 1] == 0x20 ? index - 1 : index
    }

    private static func isDoubtful(_ octet: UInt8) -> Bool { octet == 0x09 || octet == 0x0D }

    // MARK: what passes

    private mutating func endLine() {
        hasSpace = false
        lineEnds += 1
    }

    /// A CR that belongs to no line end.
    private mutating func passReturn() {
        writeHeld()
        write(0x0D)
    }

    /// Text, after the line ends and the space that were held before it.
    private mutating func pass(_ text: UnsafeRawBufferPointer) {
        writeHeld()
        write(text)
    }

    private mutating func writeHeld() {
        while lineEnds > 0 {
            writeLineEnd()
            lineEnds -= 1
        }
        if hasSpace {
            write(0x20)
            hasSpace = false
        }
    }

    private mutating func writeLineEnd() {
        write(0x0D)
        write(0x0A)
    }

    private mutating func write(_ octet: UInt8) {
        length += 1
        buffer.append(octet)
        if buffer.count >= Self.bufferSize { flush() }
    }

    private mutating func write(_ octets: UnsafeRawBufferPointer) {
        length += octets.count
        if octets.count < Self.longStretch {
            if buffer.count + octets.count > Self.bufferSize { flush() }
            buffer.append(contentsOf: octets)
        } else {
            flush()
            hash(octets)
        }
    }

    private mutating func flush() {
        guard !buffer.isEmpty else { return }
        var gathered: [UInt8] = []
        swap(&gathered, &buffer)
        gathered.withUnsafeBytes { hash($0) }
        gathered.removeAll(keepingCapacity: true)
        swap(&gathered, &buffer)
    }

    private mutating func hash(_ octets: UnsafeRawBufferPointer) {
        for index in hashers.indices { hashers[index].update(octets) }
    }
}
