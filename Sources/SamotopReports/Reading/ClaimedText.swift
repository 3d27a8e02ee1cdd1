import InternetMessage

/// Text of a report as it is kept and shown: somebody else wrote it.
enum ClaimedText {
    /// Octets of a text at most.
    static let longest = 256

    /// On one line, with what is hidden or steers a terminal replaced, cut to ``longest`` octets.
    static func clean(_ text: some StringProtocol) -> String {
        var (cleaned, octets) = (String.UnicodeScalarView(), 0)
        for scalar in text.unicodeScalars {
            let shown = VisibleText.isHidden(scalar) ? "\u{FFFD}" : scalar
            octets += UTF8.width(shown)
            guard octets <= longest else { break }
            cleaned.append(shown)
        }
        return String(cleaned)
    }

    /// The same without white space at both ends.
    static func trimmed(_ text: String) -> String {
        let scalars = text.unicodeScalars
        guard let first = scalars.firstIndex(where: { !isSpace($0) }),
            let last = scalars.lastIndex(where: { !isSpace($0) })
        else { return "" }
        return clean(String(scalars[first...last]))
    }

    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool { [" ", "\t", "\r", "\n"].contains(scalar) }
}
