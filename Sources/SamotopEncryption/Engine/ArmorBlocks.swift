/// A file of keys in its pieces: armoured blocks one after another, or one piece that isn't armoured.
enum ArmorBlocks {
    private static let start = Array("-----BEGIN PGP ".utf8)

    /// The pieces; text around armoured blocks stays with the block before it, where it is passed over.
    static func split(_ octets: [UInt8]) -> [[UInt8]] {
        let starts = octets.indices.filter { index in
            octets[index] == start[0] && (index == 0 || octets[index - 1] == 0x0A || octets[index - 1] == 0x0D)
                && octets[index...].starts(with: start)
        }
        guard !starts.isEmpty else { return [octets] }
        let ends = starts.dropFirst() + [octets.endIndex]
        return zip(starts, ends).map { Array(octets[$0..<$1]) }
    }
}
