/// Cells of a table that a spreadsheet would calculate instead of showing them.
enum FormulaCell {
    private static let apostrophe = UInt8(ascii: "'")
    private static let starts = Array("=+-@\t\r\n".utf8)

    /// With an apostrophe in front if it would be taken for a formula, or for one that was disarmed before.
    static func disarmed(_ cell: [UInt8]) -> [UInt8] { isFormula(cell) ? [apostrophe] + cell : cell }

    /// Without the apostrophe that ``disarmed(_:)`` put in front.
    static func armed(_ cell: [UInt8]) -> [UInt8] {
        guard cell.first == apostrophe, isFormula(cell) else { return cell }
        return Array(cell.dropFirst())
    }

    /// Apostrophes before it change nothing: so both directions lose nothing.
    private static func isFormula(_ cell: [UInt8]) -> Bool {
        cell.first { $0 != apostrophe }.map { starts.contains($0) } ?? false
    }
}
