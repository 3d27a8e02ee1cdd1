/// The header section of a message (RFC 5322 §2.2), read leniently and kept byte for byte: what is malformed becomes
/// a finding and stays in its place.
public struct HeaderSection: Sendable {
    /// A piece of the section. All pieces joined give the section.
    public enum Piece: Hashable, Sendable {
        /// A field with its continuation lines.
        case field(HeaderField)
        /// Lines that are no field, or what lies past a limit.
        case other([UInt8])
        /// The line that ends the section.
        case blankLine([UInt8])
    }

    /// The fields in order, repeated ones too.
    public let fields: [HeaderField]
    /// What is malformed: the first place of each kind, in no particular order.
    public let findings: [HeaderFinding]
    /// Bytes of the section, its blank line included: where the body starts.
    public var length: Int { bytes.count }

    /// The section byte for byte as it was read.
    public let bytes: [UInt8]
    /// The lines that are no field, or lie past a limit.
    private let others: [Range<Int>]
    private let blankLine: Range<Int>?

    /// Reads up to the first blank line, or the end. Time and memory are linear.
    public init(_ message: [UInt8], limits: HeaderLimits = .standard) {
        var reader = HeaderReader(message, limits: limits)
        reader.read()
        // A copy: the fields don't keep the body of a message in memory.
        let section = reader.position == message.count ? message : Array(message[..<reader.position])
        bytes = section
        fields = reader.fields.map { HeaderField(in: section, at: $0) }
        others = reader.others
        blankLine = reader.blankLine
        findings = reader.findings
    }

    /// The pieces in order.
    public var pieces: [Piece] {
        let fields = fields.map { (place: $0.octets.startIndex, piece: Piece.field($0)) }
        let others = others.map { (place: $0.lowerBound, piece: Piece.other(Array(bytes[$0]))) }
        var pieces = (fields + others).sorted { $0.place < $1.place }.map(\.piece)
        if let blankLine { pieces.append(.blankLine(Array(bytes[blankLine]))) }
        return pieces
    }

    /// The fields of this name in order, ASCII case and white space before the colon ignored.
    public func fields(named name: HeaderFieldName) -> [HeaderField] {
        fields.filter { $0.isNamed(name) }
    }

    /// The finding of this kind, if there is one.
    public func finding(_ kind: HeaderFinding.Kind) -> HeaderFinding? {
        findings.first { $0.kind == kind }
    }
}
