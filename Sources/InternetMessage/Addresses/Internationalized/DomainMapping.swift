/// The mapping of UTS 46 §4, as far as the standard library's data goes: see ``DomainName/init(internationalized:)``.
enum DomainMapping {
    /// The text mapped and composed; nil when a character has a mapping that is not known here.
    static func map(_ text: some Sequence<Unicode.Scalar>) -> [Unicode.Scalar]? {
        var mapped: [Unicode.Scalar] = []
        for scalar in text {
            guard let letters = map(scalar) else { return nil }
            mapped += letters
        }
        return CanonicalComposition.compose(mapped)
    }

    private static func map(_ scalar: Unicode.Scalar) -> [Unicode.Scalar]? {
        switch scalar.value {
        case 0x41...0x5A: return [Unicode.Scalar(UInt8(truncatingIfNeeded: scalar.value) | 0x20)]
        case 0..<0x80: return [scalar]
        // the full stops of IDNA 2003 §3.1
        case 0x3002, 0xFF0E, 0xFF61: return ["."]
        // full-width ASCII
        case 0xFF01...0xFF5E: return Unicode.Scalar(scalar.value - 0xFEE0).flatMap { map($0) }
        // ß, final sigma and the joiners have a meaning of their own (UTS 46 §4: non-transitional)
        case 0xDF, 0x3C2, 0x200C, 0x200D: return [scalar]
        case 0x1E9E: return ["ß"]
        // ignored: what only joins or varies. Marks of direction are no part of a name.
        case 0xAD, 0x34F, 0x180B...0x180D, 0x180F, 0x200B, 0x2060, 0x2064, 0xFE00...0xFE0F, 0xFEFF, 0xE0100...0xE01EF:
            return []
        default: break
        }
        guard scalar.properties.changesWhenNFKCCaseFolded else { return [scalar] }
        // case folding is the small form of the capital one, or the small form itself where that comes back to a capital
        let lower = Array(scalar.properties.lowercaseMapping.unicodeScalars)
        if isFolded(lower) { return lower }
        let upper = scalar.properties.uppercaseMapping.unicodeScalars
        let folded = upper.flatMap { Array($0.properties.lowercaseMapping.unicodeScalars) }
        if isFolded(folded) { return folded }
        // Cherokee is folded to its capitals
        if isFolded(Array(upper)) { return Array(upper) }
        return CanonicalComposition.composites[String(scalar)].map { [$0] }
    }

    private static func isFolded(_ letters: [Unicode.Scalar]) -> Bool {
        letters.allSatisfy { !$0.properties.changesWhenNFKCCaseFolded }
    }
}
