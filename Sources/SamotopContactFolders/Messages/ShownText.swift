/// Text that a stranger wrote, as it is shown to a person.
enum ShownText {
    /// Without control characters, line ends and marks that turn the direction of writing; at most `limit` scalars.
    static func clean(_ text: String, limit: Int = 200) -> String {
        var shown = String.UnicodeScalarView()
        for scalar in text.unicodeScalars.prefix(limit) where !isHidden(scalar) { shown.append(scalar) }
        return String(shown)
    }

    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: true
        default: false
        }
    }
}
