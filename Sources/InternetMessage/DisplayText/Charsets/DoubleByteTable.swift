/// The characters of a set that is ordered in rows of equal width.
struct DoubleByteTable {
    private let width: Int
    private let characters: [UInt16]

    /// - Parameter rows: the characters row by row, U+FFFD where there is none; a line of U+FFFD alone is an empty row.
    init(width: Int, _ rows: String) {
        self.width = width
        var characters: [UInt16] = []
        var line: [UInt16] = []
        for scalar in (rows + "\n").unicodeScalars {
            guard scalar == "\n" else {
                line.append(UInt16(exactly: scalar.value) ?? 0xFFFD)
                continue
            }
            characters += line == [0xFFFD] ? [UInt16](repeating: 0xFFFD, count: width) : line
            line = []
        }
        self.characters = characters
    }

    /// The character in a row and a cell, both counted from zero; U+FFFD when there is none.
    func character(row: Int, cell: Int) -> Unicode.Scalar {
        guard row >= 0, (0..<width).contains(cell), row * width + cell < characters.count else { return "\u{FFFD}" }
        return Unicode.Scalar(characters[row * width + cell]) ?? "\u{FFFD}"
    }

    /// The code points in a range that the table lacks, in order.
    func missing(from range: ClosedRange<UInt16>) -> [UInt16] {
        let present = Set(characters)
        return range.filter { !present.contains($0) }
    }
}
