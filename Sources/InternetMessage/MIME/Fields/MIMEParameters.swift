/// The parameters of a `Content-Type` or `Content-Disposition`.
///
/// One interpretation: of several with one name the first counts, one written by RFC 2231 before one that is not. Pieces
/// are joined in the order of their numbers, even when a number is missing.
public struct MIMEParameters: Hashable, Sendable {
    /// The parameters in order, each name once.
    public let all: [MIMEParameter]
    /// Names that were there more than once, in lower case.
    public let repeated: [[UInt8]]
    /// Something was not by the grammar.
    public let isMalformed: Bool
    /// A comment stood somewhere.
    public let hasComment: Bool

    /// More parameters than this are not looked at.
    static let limit = 256

    /// The parameter of this name in lower case.
    public subscript(name: StaticString) -> MIMEParameter? {
        name.withUTF8Buffer { wanted in all.first { $0.name.elementsEqual(wanted) } }
    }

    init(_ reader: inout ParameterReader) {
        var order: [[UInt8]] = []
        var gathered: [[UInt8]: [ExtendedParameter.Piece]] = [:]
        var plain: [[UInt8]: ParameterReader.Item] = [:]
        var repeated: [[UInt8]] = []
        for item in reader.items(limit: Self.limit) {
            let (name, piece) = ExtendedParameter.piece(item)
            if gathered[name] == nil, plain[name] == nil { order.append(name) }
            if let piece {
                if gathered[name]?.contains(where: { $0.number == piece.number }) == true {
                    repeated.append(name)
                } else {
                    gathered[name, default: []].append(piece)
                }
            } else if plain[name] != nil {
                repeated.append(name)
            } else {
                plain[name] = item
            }
        }
        var hasGap = false
        all = order.map { name in
            if let pieces = gathered[name]?.sorted(by: { $0.number < $1.number }) {
                if pieces.enumerated().contains(where: { $0 != $1.number }) { hasGap = true }
                return ExtendedParameter.join(name, pieces)
            }
            let raw = plain[name]?.value ?? []
            return MIMEParameter(
                name: name, value: DisplayText.decodeLoosely(raw), raw: raw, language: nil, isExtended: false,
                isQuoted: plain[name]?.isQuoted ?? false)
        }
        self.repeated = repeated
        hasComment = reader.hasComment
        isMalformed = reader.isMalformed || hasGap
    }
}
