import InternetMessage

/// The names that `h=` lists, in order, as written: places in the octets of the tag.
struct SignedNames: Sendable, RandomAccessCollection {
    private let text: ArraySlice<UInt8>
    private let ranges: [Range<Int>]

    /// No name at all, as of a field that is no signature.
    static let none = SignedNames()

    private init() { (text, ranges) = ([], []) }

    /// hdr-name *( [FWS] ":" [FWS] hdr-name )
    init(_ text: ArraySlice<UInt8>) {
        self.text = text
        ranges = text.colonSeparatedRanges
    }

    var startIndex: Int { 0 }
    var endIndex: Int { ranges.count }
    subscript(index: Int) -> ArraySlice<UInt8> { text[ranges[index]] }

    /// Whether this name is one of them, ASCII case ignored.
    func contains(_ name: HeaderFieldName) -> Bool { contains { equalIgnoringASCIICase($0, name.bytes) } }
}

extension SignedNames: Hashable {
    static func == (a: SignedNames, b: SignedNames) -> Bool { a.elementsEqual(b) }

    func hash(into hasher: inout Hasher) {
        for name in self { hasher.combine(name) }
    }
}
