/// How domains stand to each other, compared octet by octet: all are in lower case, as A-labels, without a trailing dot.
enum DomainRelation {
    /// True when `upper` is the domain itself, or one above it: `example.org` of `mail.example.org`.
    static func isSameOrAbove(
        _ upper: some BidirectionalCollection<UInt8>, _ domain: some BidirectionalCollection<UInt8>
    )
        -> Bool
    {
        let (above, below) = (upper.count, domain.count)
        guard above > 0, below >= above, domain.suffix(above).elementsEqual(upper) else { return false }
        return below == above || domain.dropLast(above).last == UInt8(ascii: ".")
    }

    /// True when one is the other, or above it.
    ///
    /// Organisations are told apart by no list of suffixes here: who answers for a domain answers for the names below it.
    static func isRelated(_ one: some BidirectionalCollection<UInt8>, _ other: some BidirectionalCollection<UInt8>)
        -> Bool
    {
        isSameOrAbove(one, other) || isSameOrAbove(other, one)
    }

    /// The domain and those above it, the longest first; at most eight, and no top-level domain.
    static func lineage(of domain: [UInt8]) -> [ArraySlice<UInt8>] {
        var names: [ArraySlice<UInt8>] = []
        var rest = domain[...]
        while names.count < 8, let dot = rest.firstIndex(of: UInt8(ascii: ".")) {
            names.append(rest)
            rest = rest[(dot + 1)...]
        }
        return names.isEmpty && !domain.isEmpty ? [domain[...]] : names
    }
}
