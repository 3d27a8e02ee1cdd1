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

    /// The domain, and the eight names nearest to the top of those above it, the longest first; no top-level domain. Whoever puts
    /// many labels in front of a domain gains nothing.
    static func lineage(of domain: [UInt8]) -> [ArraySlice<UInt8>] {
        let dots = domain.indices.filter { domain[$0] == UInt8(ascii: ".") }.dropLast()
        return [domain[...]] + dots.suffix(8).map { domain[($0 + 1)...] }
    }

    /// What every name of one organisation ends in at least: the last two labels.
    static func lastTwoLabels(of domain: [UInt8]) -> ArraySlice<UInt8> { lineage(of: domain).last ?? domain[...] }
}
