/// Which columns of a table say what of a contact.
struct CSVColumns {
    /// Why a field can't be read.
    enum Failure: Error { case unreadable }

    /// The first row names the columns.
    let isHeader: Bool
    private let addressColumns: [Int]
    private let kindColumn: Int?
    private let stateColumn: Int?
    private let identityColumn: Int?
    private let proofsColumn: Int?
    private let noteColumn: Int?

    /// Nil when no column holds addresses.
    init?(_ first: [[UInt8]]) {
        let names = first.map { $0.trimmed().map(\.foldedASCII) }
        func column(_ wanted: String...) -> Int? {
            wanted.lazy.compactMap { name in names.firstIndex { $0.elementsEqual(name.utf8) } }.first
        }
        let named = names.indices.filter { Self.holdsAddresses(names[$0]) }
        if !named.isEmpty {
            isHeader = true
            addressColumns = named
            kindColumn = column("kind")
            stateColumn = column("state")
            identityColumn = column("identity")
            proofsColumn = column("proofs")
            noteColumn = column("note", "name", "display name", "full name")
            return
        }
        let filled = names.indices.filter { names[$0].contains(UInt8(ascii: "@")) }
        guard let only = filled.first ?? (names.count == 1 ? 0 : nil) else { return nil }
        isHeader = false
        addressColumns = [only]
        (kindColumn, stateColumn, identityColumn, proofsColumn, noteColumn) = (nil, nil, nil, nil, nil)
    }

    /// Whether a column of this name, in lower case or not, holds addresses: `E-mail 1 - Value` does, `E-mail 1 - Type` doesn't.
    static func holdsAddresses(_ name: [UInt8]) -> Bool {
        let name = name.map(\.foldedASCII)
        if name.contains(UInt8(ascii: "@")) { return false }
        if name.elementsEqual("address".utf8) { return true }
        let words = ["type", "label", "name"].map { Array($0.utf8) }
        return name.holds(Array("mail".utf8)) && !words.contains { name.suffix($0.count).elementsEqual($0) }
    }

    /// The addresses of a row; some programs put several into one field, with ` ::: ` between them.
    func addresses(_ fields: [[UInt8]]) -> [[UInt8]] {
        addressColumns.compactMap { fields.indices.contains($0) ? fields[$0] : nil }
            .flatMap { $0.split(around: Array(" ::: ".utf8)) }
            .filter { !$0.trimmed().isEmpty }
    }

    func correspondent(_ value: [UInt8], _ fields: [[UInt8]]) -> Correspondent? {
        let kind = text(kindColumn, fields)
        guard kind == Correspondent.Kind.list.rawValue else {
            guard let read = Correspondent(reading: value), kind.isEmpty || read.kind.rawValue == kind else {
                return kind == "domain" ? Correspondent(readingDomain: value) : nil
            }
            return read
        }
        return Correspondent.list(Array(value.trimmed()))
    }

    func note(_ fields: [[UInt8]]) -> String { text(noteColumn, fields) }

    /// Nil when the row doesn't say.
    func state(_ fields: [[UInt8]]) -> Result<Contact.State?, Failure> {
        let text = text(stateColumn, fields)
        if text.isEmpty { return .success(nil) }
        return Contact.State(rawValue: text).map { .success($0) } ?? .failure(.unreadable)
    }

    /// Nil when the row doesn't say.
    func identity(_ fields: [[UInt8]]) -> Result<Identity?, Failure> {
        let text = text(identityColumn, fields)
        if text.isEmpty { return .success(nil) }
        guard let anchor = Identity.Anchor(reading: text) else { return .failure(.unreadable) }
        let words = self.text(proofsColumn, fields).split(separator: " ")
        let proofs = words.compactMap { Identity.Proof(rawValue: String($0)) }
        guard proofs.count == words.count else { return .failure(.unreadable) }
        return .success(Identity(anchor, proofs: Set(proofs)))
    }

    private func text(_ column: Int?, _ fields: [[UInt8]]) -> String {
        guard let column, fields.indices.contains(column) else { return "" }
        return String(decoding: fields[column], as: UTF8.self)
    }
}

extension [UInt8] {
    /// The parts between occurrences of the separator.
    fileprivate func split(around separator: [UInt8]) -> [[UInt8]] {
        var parts: [[UInt8]] = []
        var part: [UInt8] = []
        var index = 0
        while index < count {
            if self[index...].starts(with: separator) {
                parts.append(part)
                part = []
                index += separator.count
            } else {
                part.append(self[index])
                index += 1
            }
        }
        return parts + [part]
    }
}
