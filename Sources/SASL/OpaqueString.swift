import InternetMessage

/// Passwords in one form, however they were typed: the profile OpaqueString of RFC 8265 §4.2.
public enum OpaqueString {
    /// Octets of UTF-8; a longer password is refused unread.
    public static let maximumLength = 1024

    /// The form that is hashed and compared.
    ///
    /// - Returns: nil when it is empty, too long, or has control characters (RFC 8265 §4.2.1).
    public static func prepare(_ text: String) -> String? {
        guard (1...maximumLength).contains(text.utf8.count) else { return nil }
        var scalars: [Unicode.Scalar] = []
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .surrogate, .unassigned: return nil
            // RFC 8265 §4.2.2: any space is U+0020.
            case .spaceSeparator: scalars.append(" ")
            default: scalars.append(scalar)
            }
        }
        var prepared = ""
        prepared.unicodeScalars.append(contentsOf: CanonicalComposition.compose(scalars) ?? scalars)
        return prepared
    }

    /// The same of octets from the wire; nil also when they aren't UTF-8.
    public static func prepare(_ octets: some Collection<UInt8>) -> String? {
        String(validating: octets, as: UTF8.self).flatMap { prepare($0) }
    }
}
