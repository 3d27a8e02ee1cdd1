/// A tag of HTML while its characters pass: its name, and of its attributes `href` and `alt`.
struct HTMLTag {
    private enum Place {
        case name, between, attribute, afterAttribute, beforeValue
        case value(quote: Unicode.Scalar?)
    }

    let isClosing: Bool
    /// In lower case.
    private(set) var name = ""
    private var place = Place.name
    private var attribute = ""
    private var value = ""
    private var href: String?
    private var alt: String?

    /// Characters of a name or a value that are kept.
    private static let maximumName = 16
    private static let maximumValue = 2_048

    init(isClosing: Bool = false) {
        self.isClosing = isClosing
    }

    /// Where a link leads; nil when it leads nowhere, or only within the text.
    var target: String? {
        guard let href else { return nil }
        let text = HTMLReference.replaced(in: href).trimmingBlanks()
        return text.isEmpty || text.hasPrefix("#") ? nil : text
    }

    /// The words that stand for a picture.
    var words: String? { alt.map { HTMLReference.replaced(in: $0).trimmingBlanks() } }

    /// - Returns: true when this was the last character of the tag.
    mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        if case .value(let quote) = place {
            return takeValue(scalar, quote)
        }
        if scalar == ">" {
            keep()
            return true
        }
        let isBlank = scalar.isHTMLSpace
        switch place {
        case .name:
            if isBlank || scalar == "/" { place = .between } else { Self.append(scalar, to: &name, Self.maximumName) }
        case .between, .afterAttribute:
            if scalar == "=", case .afterAttribute = place {
                place = .beforeValue
            } else if !isBlank, scalar != "/" {
                keep()
                place = .attribute
                Self.append(scalar, to: &attribute, Self.maximumName)
            }
        case .attribute:
            if scalar == "=" {
                place = .beforeValue
            } else if isBlank || scalar == "/" {
                place = .afterAttribute
            } else {
                Self.append(scalar, to: &attribute, Self.maximumName)
            }
        case .beforeValue:
            if scalar == "\"" || scalar == "'" {
                place = .value(quote: scalar)
            } else if !isBlank {
                place = .value(quote: nil)
                return takeValue(scalar, nil)
            }
        case .value:
            break
        }
        return false
    }

    private mutating func takeValue(_ scalar: Unicode.Scalar, _ quote: Unicode.Scalar?) -> Bool {
        let ends = quote.map { $0 == scalar } ?? (scalar == ">" || scalar.isHTMLSpace)
        if ends {
            keep()
            place = .between
            return quote == nil && scalar == ">"
        }
        if value.utf8.count < Self.maximumValue { value.unicodeScalars.append(scalar) }
        return false
    }

    /// The attribute is complete. Of two with one name the first counts.
    private mutating func keep() {
        if attribute == "href", href == nil { href = value }
        if attribute == "alt", alt == nil { alt = value }
        attribute = ""
        value = ""
    }

    private static func append(_ scalar: Unicode.Scalar, to text: inout String, _ limit: Int) {
        guard text.utf8.count < limit else { return }
        text.unicodeScalars.append(scalar.lowercasedASCII)
    }
}

extension Unicode.Scalar {
    /// White space of HTML §2.1.
    var isHTMLSpace: Bool { self == " " || self == "\t" || self == "\n" || self == "\r" || self == "\u{C}" }

    var isASCIILetter: Bool { isASCII && UInt8(value).isAlpha }

    var lowercasedASCII: Unicode.Scalar { isASCII ? Unicode.Scalar(UInt8(value).lowercasedASCII) : self }
}

extension String {
    /// Without white space and controls at both ends.
    fileprivate func trimmingBlanks() -> String {
        let isBlank: (Unicode.Scalar) -> Bool = { $0.properties.isWhitespace || $0.value < 0x20 }
        guard let first = unicodeScalars.firstIndex(where: { !isBlank($0) }),
            let last = unicodeScalars.lastIndex(where: { !isBlank($0) })
        else { return "" }
        return String(unicodeScalars[first...last])
    }
}
