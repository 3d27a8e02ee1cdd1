import InternetMessage

/// The tags of a policy record or of a report record (RFC 9989 §4.7, §4.8; RFC 6376 §3.2).
struct DMARCTagList {
    /// Octets of a record at most: 10 report addresses of the greatest length take a third of it.
    static let maximumLength = 8_192

    /// The values by their tags in lower case, white space around them removed. One that is not printable is empty,
    /// which no tag allows.
    let values: [[UInt8]: [UInt8]]
    /// Whether all that stands between semicolons is a tag with a value.
    let isWellFormed: Bool

    /// Reads a record. What is no tag is passed over (RFC 9989 §4.8).
    ///
    /// Nil when it doesn't begin with `v=DMARC1`, a tag occurs twice (RFC 6376 §3.2) or the record is too long.
    init?(_ record: [UInt8]) {
        guard Self.isOfThisVersion(record), record.count <= Self.maximumLength else { return nil }
        var values: [[UInt8]: [UInt8]] = [:]
        var isWellFormed = true
        let pieces = record.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
        for (index, piece) in pieces.enumerated() {
            let piece = piece.trimmingWSP
            guard let equals = piece.firstIndex(of: UInt8(ascii: "=")) else {
                if index < pieces.count - 1 || !piece.isEmpty { isWellFormed = false }
                continue
            }
            let name = piece[..<equals].trimmingWSP
            let value = piece[(equals + 1)...].trimmingWSP
            guard !name.isEmpty, name.allSatisfy(\.isAlpha) else {
                isWellFormed = false
                continue
            }
            // A list of URIs may have tabs around its commas.
            let isPrintable = value.allSatisfy { (0x20...0x7E).contains($0) || $0 == .tab }
            if value.isEmpty || !isPrintable { isWellFormed = false }
            let former = values.updateValue(isPrintable ? Array(value) : [], forKey: name.map(\.lowercasedASCII))
            guard former == nil else { return nil }
        }
        self.values = values
        self.isWellFormed = isWellFormed
    }

    /// `dmarc-version`: `"v" equals %s"DMARC1"`, at the very start and up to a semicolon or the end.
    static func isOfThisVersion(_ record: [UInt8]) -> Bool {
        guard record.first?.lowercasedASCII == UInt8(ascii: "v") else { return false }
        let rest = record.dropFirst().prefix { $0 != UInt8(ascii: ";") }.trimmingWSP
        guard rest.first == UInt8(ascii: "=") else { return false }
        return rest.dropFirst().trimmingWSP.elementsEqual("DMARC1".utf8)
    }

    /// The value of a tag; nil when the tag is absent.
    subscript(_ tag: String) -> [UInt8]? { values[Array(tag.utf8)] }
}

extension ArraySlice<UInt8> {
    /// Without the spaces and tabs at both ends.
    var trimmingWSP: ArraySlice<UInt8> {
        guard let first = firstIndex(where: { !$0.isWSP }), let last = lastIndex(where: { !$0.isWSP }) else {
            return prefix(0)
        }
        return self[first...last]
    }
}
