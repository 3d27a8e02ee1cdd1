extension String {
    /// Its first scalars that have no more than so many octets in UTF-8.
    func prefix(octets: Int) -> String {
        guard utf8.count > octets else { return self }
        var (kept, count) = (String.UnicodeScalarView(), 0)
        for scalar in unicodeScalars {
            count += UTF8.width(scalar)
            guard count <= octets else { break }
            kept.append(scalar)
        }
        return String(kept)
    }
}
