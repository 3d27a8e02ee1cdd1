/// A file of keys in its pieces: armoured blocks one after another, or one piece that isn't armoured.
enum ArmorBlocks {
    private static let start = Array("-----BEGIN PGP ".utf8)
    private static let end = Array("-----END PGP ".utf8)

    /// The pieces. Text around armoured blocks is left out: the library takes a block with words behind it for none.
    static func split(_ octets: [UInt8]) -> [[UInt8]] {
        let starts = octets.indices.filter { index in
            octets[index] == start[0] && (index == 0 || octets[index - 1] == 0x0A || octets[index - 1] == 0x0D)
                && octets[index...].starts(with: start)
        }
        guard !starts.isEmpty else { return [octets] }
        let ends = starts.dropFirst() + [octets.endIndex]
        return zip(starts, ends).map { block(octets[$0..<$1]) }
    }

    /// The octets up to the line that ends the armour; all, when there is none.
    private static func block(_ octets: ArraySlice<UInt8>) -> [UInt8] {
        let last = octets.indices.first { index in
            octets[index] == end[0] && octets[..<index].last.map { $0 == 0x0A || $0 == 0x0D } == true
                && octets[index...].starts(with: end)
        }
        guard let last else { return Array(octets) }
        return octets[..<last] + octets[last...].prefix { $0 != 0x0A && $0 != 0x0D } + [0x0D, 0x0A]
    }
}
