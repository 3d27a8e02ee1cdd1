/// A tag of HTML while its characters pass: its name, and of its attributes `href` and `alt`.
struct HTMLTag {
    private enum Place {
        case name, between, attribute, afterAttribute, beforeValue, unquoted, quoted
    }

    let isClosing: Bool
    /// In lower case.
    private var nameBytes: [UInt8] = []
    private var place = Place.name
    private var quote: Unicode.Scalar = "\""
    private var attribute: [UInt8] = []
    private var value: [Unicode.Scalar] = []
    private var keepsValue = false
    private var href: [Unicode.Scalar]?
    private var alt: [Unicode.Scalar]?

    /// Characters of a name or a value that are kept.
    private static let maximumName = 16
    private static let maximumValue = 2_048

    init(isClosing: Bool = false) {
        self.isClosing = isClosing
    }

    var name: String { String(decoding: nameBytes, as: UTF8.self) }

    /// Where a link leads; nil when it leads nowhere, or only within the text.
    var target: String? {
        guard let href else { return nil }
        let text = Self.text(href)
        return text.isEmpty || text.hasPrefix("#") ? nil : text
    }

    /// The words that stand for a picture.
    var words: String? { alt.map(Self.text) }

    /// - Returns: true when this was the last character of the tag.
    mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        switch place {
        case .quoted:
            if scalar == quote { endAttribute() } else { keep(scalar) }
            return false
        case .unquoted where !scalar.isHTMLSpace && scalar != ">":
            keep(scalar)
            return false
        default:
            if scalar == ">" {
                endAttribute()
                return true
            }
            takeOutsideValue(scalar)
            return false
        }
    }

    private mutating func takeOutsideValue(_ scalar: Unicode.Scalar) {
        let isBlank = scalar.isHTMLSpace
        switch place {
        case .name:
            if isBlank || scalar == "/" { place = .between } else { Self.append(scalar, to: &nameBytes) }
        case .attribute where scalar != "=":
            if isBlank || scalar == "/" { place = .afterAttribute } else { Self.append(scalar, to: &attribute) }
        case .afterAttribute where scalar == "=", .attribute:
            place = .beforeValue
        case .between, .afterAttribute:
            if isBlank || scalar == "/" { return }
            endAttribute()
            place = .attribute
            Self.append(scalar, to: &attribute)
        case .beforeValue where !isBlank:
            keepsValue = attribute.elementsEqual("href".utf8) || attribute.elementsEqual("alt".utf8)
            if scalar == "\"" || scalar == "'" {
                quote = scalar
                place = .quoted
            } else {
                place = .unquoted
                keep(scalar)
            }
        case .unquoted:
            endAttribute()
        case .beforeValue, .quoted:
            break
        }
    }

    private mutating func keep(_ scalar: Unicode.Scalar) {
        if keepsValue, value.count < Self.maximumValue { value.append(scalar) }
    }

    /// The attribute is complete. Of two with one name the first counts.
    private mutating func endAttribute() {
        place = .between
        if keepsValue {
            if attribute.first == UInt8(ascii: "h") { href = href ?? value } else { alt = alt ?? value }
        }
        attribute.removeAll(keepingCapacity: true)
        value.removeAll()
        keepsValue = false
    }

    private static func append(_ scalar: Unicode.Scalar, to text: inout [UInt8]) {
        // what is not US-ASCII is in no name that is looked for
        if text.count < maximumName { text.append(scalar.isASCII ? UInt8(scalar.value).lowercasedASCII : 0x3F) }
    }

    /// With its references replaced, without white space and controls at both ends.
    private static func text(_ value: [Unicode.Scalar]) -> String {
        let scalars = HTMLReference.replaced(in: value)
        let isBlank: (Unicode.Scalar) -> Bool = { $0.value <= 0x20 || $0 == "\u{A0}" }
        guard let first = scalars.firstIndex(where: { !isBlank($0) }),
            let last = scalars.lastIndex(where: { !isBlank($0) })
        else { return "" }
        var text: [UInt8] = []
        for scalar in scalars[first...last] { text += UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter }
        return String(decoding: text, as: UTF8.self)
    }
}

extension Unicode.Scalar {
    /// White space of HTML.
    var isHTMLSpace: Bool { self == " " || self == "\t" || self == "\n" || self == "\r" || self == "\u{C}" }

    var isASCIILetter: Bool { isASCII && UInt8(value).isAlpha }

    var lowercasedASCII: Unicode.Scalar { isASCII ? Unicode.Scalar(UInt8(value).lowercasedASCII) : self }
}
