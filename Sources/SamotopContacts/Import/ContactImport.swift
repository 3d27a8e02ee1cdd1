/// What a file that someone brings says of contacts: it is read whole, and nothing is changed before it is applied.
public struct ContactImport: Sendable, Hashable {
    /// Octets of a file; the rest of a longer one isn't read.
    public static let maximumOctets = 16 << 20
    /// Entries of a file; more aren't taken.
    public static let maximumEntries = 100_000

    /// What can be imported, in the order of the file; each correspondent once.
    public private(set) var entries: [ContactEntry] = []
    /// Lines that can't.
    public private(set) var problems: [LineProblem] = []
    private var seen: Set<Correspondent> = []
    private var isFull = false

    /// Reads a file of any of the three kinds: vCard by its first line, CSV when the first line has columns, else a text.
    public init(detecting octets: [UInt8]) {
        let first = TextLines(octets).first { !$0.octets.trimmed().isEmpty }?.octets ?? []
        if first.trimmed().map(\.foldedASCII).elementsEqual("begin:vcard".utf8) {
            self.init(vCard: octets)
        } else if CSVReader.looksLikeCSV(first) {
            self.init(csv: octets)
        } else {
            self.init(text: octets)
        }
    }

    /// Reads a text: an address, a domain or a `<List-Id>` on each line, `Name <address>` too. What follows `#` is a comment.
    public init(text octets: [UInt8]) {
        let octets = within(octets)
        for line in TextLines(octets) where !isFull {
            let content = Self.withoutComment(line.octets).trimmed()
            guard !content.isEmpty else { continue }
            if let (name, address) = Self.named(content) {
                add(Array(address), note: name, line.number)
            } else {
                add(Array(content), note: "", line.number)
            }
        }
    }

    /// Reads the EMAIL and FN properties of vCards (RFC 6350; RFC 2426 for version 3).
    public init(vCard octets: [UInt8]) {
        let octets = within(octets)
        var name = ""
        var addresses: [(line: Int, value: [UInt8])] = []
        var isInside = false
        for property in VCardReader(octets) where !isFull {
            switch String(decoding: property.name, as: UTF8.self) {
            case "begin" where property.value.map(\.foldedASCII).elementsEqual("vcard".utf8):
                (isInside, name, addresses) = (true, "", [])
            case "end" where isInside:
                if addresses.isEmpty { problems.add("the card has no e-mail address", line: property.line) }
                for address in addresses { add(address.value, note: name, address.line) }
                (isInside, name, addresses) = (false, "", [])
            case "fn" where isInside: name = property.text
            case "email" where isInside: addresses.append((property.line, property.address))
            default: continue
            }
        }
        if isInside { problems.add("the last card doesn't end", line: 0) }
    }

    /// Reads a table (RFC 4180) whose columns have names, or that has one column. Columns whose name has “mail” in it, or
    /// is “address”, hold addresses; what ``ContactExport`` writes is read without loss.
    public init(csv octets: [UInt8]) {
        let octets = within(octets)
        var columns: CSVColumns?
        for row in CSVReader(octets) where !isFull {
            if row.isUnended { problems.add("a quotation mark is missing", line: row.line) }
            guard !row.fields.allSatisfy(\.isEmpty) else { continue }
            let row = row.armed
            guard let known = columns else {
                columns = CSVColumns(row.fields)
                if columns == nil {
                    problems.add("no column holds e-mail addresses", line: row.line)
                    return
                }
                if columns?.isHeader == false { take(row, columns) }
                continue
            }
            take(row, known)
        }
    }

    private mutating func take(_ row: CSVReader.Row, _ columns: CSVColumns?) {
        guard let columns else { return }
        let note = columns.note(row.fields)
        let values = columns.addresses(row.fields)
        if values.isEmpty { problems.add("no e-mail address", line: row.line) }
        for value in values {
            guard let correspondent = columns.correspondent(value, row.fields) else {
                problems.add("no address, domain or list", line: row.line)
                continue
            }
            switch (columns.state(row.fields), columns.identity(row.fields)) {
            case (.success(let state), .success(let identity)):
                add(ContactEntry(correspondent, state: state, identity: identity, note: note), row.line)
            case (.failure, _): problems.add("no state: waiting, held, welcome or blocked", line: row.line)
            case (_, .failure): problems.add("no identity: domain:…, network:… or local", line: row.line)
            }
        }
    }

    private mutating func within(_ octets: [UInt8]) -> [UInt8] {
        guard octets.count > Self.maximumOctets else { return octets }
        problems.add("the file is larger than \(Self.maximumOctets) octets: its end isn't read", line: 0)
        return Array(octets.prefix(Self.maximumOctets))
    }

    private mutating func add(_ text: [UInt8], note: String, _ line: Int) {
        guard let correspondent = Correspondent(reading: text) else {
            return problems.add("no address, domain or list", line: line)
        }
        add(ContactEntry(correspondent, note: note), line)
    }

    private mutating func add(_ entry: ContactEntry, _ line: Int) {
        guard entries.count < Self.maximumEntries else {
            isFull = true
            return problems.add("more than \(Self.maximumEntries) contacts: the rest isn't read", line: line)
        }
        if seen.insert(entry.correspondent).inserted { entries.append(entry) }
    }

    /// A `#` at the start or after white space begins a comment; it may stand in a local-part.
    static func withoutComment(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let start = line.indices.first { index in
            guard line[index] == UInt8(ascii: "#") else { return false }
            return index == line.startIndex || line[index - 1] == 0x20 || line[index - 1] == 0x09
        }
        return start.map { line[..<$0] } ?? line
    }

    /// `Name <address>`
    private static func named(_ line: ArraySlice<UInt8>) -> (name: String, address: ArraySlice<UInt8>)? {
        guard line.last == UInt8(ascii: ">"), let start = line.lastIndex(of: UInt8(ascii: "<")),
            line[start...].contains(UInt8(ascii: "@"))
        else { return nil }
        let name = line[..<start].trimmed().filter { $0 != UInt8(ascii: "\"") }
        return (String(decoding: name, as: UTF8.self), line[(start + 1)...].dropLast())
    }
}
