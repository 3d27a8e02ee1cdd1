/// The rows of a table (RFC 4180): fields between commas, semicolons or tabs, whichever the first line has most of; CRLF or
/// LF ends a row.
struct CSVReader: Sequence {
    struct Row {
        /// Where it begins, from 1.
        let line: Int
        let fields: [[UInt8]]
        /// A quoted field goes on to the end of the file.
        let isUnended: Bool

        /// As it was before a spreadsheet had to be kept from calculating with it.
        var armed: Row { Row(line: line, fields: fields.map(FormulaCell.armed), isUnended: isUnended) }
    }

    private static let quote = UInt8(ascii: "\"")
    private static let separators = [UInt8(ascii: ","), UInt8(ascii: ";"), 0x09]
    /// Fields of a row, and octets of a field; what goes over is left out.
    private static let maximumFields = 200
    private static let maximumField = 4_096

    private let octets: ArraySlice<UInt8>
    private let separator: UInt8

    init(_ octets: [UInt8]) {
        self.octets = octets.starts(with: [0xEF, 0xBB, 0xBF]) ? octets.dropFirst(3) : octets[...]
        let first = TextLines(octets).first { _ in true }?.octets ?? []
        separator = Self.separators.max { first.count(of: $0) < first.count(of: $1) } ?? UInt8(ascii: ",")
    }

    /// Whether a first line has columns.
    static func looksLikeCSV(_ line: ArraySlice<UInt8>) -> Bool {
        separators.contains { line.count(of: $0) > 0 } || line.first == quote
            || CSVColumns.holdsAddresses(Array(line.trimmed()))
    }

    func makeIterator() -> AnyIterator<Row> {
        var position = octets.startIndex
        var line = 1
        return AnyIterator {
            guard position < octets.endIndex else { return nil }
            return row(&position, &line)
        }
    }

    private func row(_ position: inout Int, _ line: inout Int) -> Row {
        let start = line
        var fields: [[UInt8]] = []
        var field: [UInt8] = []
        var isQuoted = false
        func end(_ field: inout [UInt8]) {
            if fields.count < Self.maximumFields { fields.append(field) }
            field = []
        }
        while position < octets.endIndex {
            let octet = octets[position]
            position += 1
            if octet == 0x0A { line += 1 }
            if isQuoted {
                guard octet == Self.quote else {
                    if field.count < Self.maximumField { field.append(octet) }
                    continue
                }
                if position < octets.endIndex, octets[position] == Self.quote {
                    position += 1
                    if field.count < Self.maximumField { field.append(octet) }
                } else {
                    isQuoted = false
                }
                continue
            }
            switch octet {
            case Self.quote where field.isEmpty: isQuoted = true
            case separator: end(&field)
            case 0x0A:
                end(&field)
                return Row(line: start, fields: fields, isUnended: false)
            case 0x0D where position == octets.endIndex || octets[position] == 0x0A: continue
            default: if field.count < Self.maximumField { field.append(octet) }
            }
        }
        end(&field)
        return Row(line: start, fields: fields, isUnended: isQuoted)
    }
}

extension Collection<UInt8> {
    func count(of octet: UInt8) -> Int { reduce(0) { $0 + ($1 == octet ? 1 : 0) } }
}
