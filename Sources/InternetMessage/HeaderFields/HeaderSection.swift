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

    /// The pieces in order.
    public let pieces: [Piece]
    /// What is malformed: the first place of each kind, in no particular order.
    public let findings: [HeaderFinding]
    /// Bytes of the section, its blank line included: where the body starts.
    public let length: Int

    /// Reads up to the first blank line, or the end. Time and memory are linear.
    public init(_ message: [UInt8], limits: HeaderLimits = .standard) {
        var reader = HeaderReader(message, limits: limits)
        reader.read()
        pieces = reader.pieces
        findings = reader.findings
        length = reader.position
    }

    /// The fields in order, repeated ones too.
    public var fields: [HeaderField] {
        pieces.compactMap { piece in
            guard case .field(let field) = piece else { return nil }
            return field
        }
    }

    /// The fields of this name in order, ASCII case and white space before the colon ignored.
    public func fields(named name: HeaderFieldName) -> [HeaderField] {
        fields.filter { $0.isNamed(name) }
    }

    /// The section byte for byte as it was read.
    public var bytes: [UInt8] {
        pieces.flatMap { piece in
            switch piece {
            case .field(let field): field.raw
            case .other(let bytes), .blankLine(let bytes): bytes
            }
        }
    }

    /// The finding of this kind, if there is one.
    public func finding(_ kind: HeaderFinding.Kind) -> HeaderFinding? {
        findings.first { $0.kind == kind }
    }
}
