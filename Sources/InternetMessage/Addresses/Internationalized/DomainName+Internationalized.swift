public import SMTP

extension DomainName {
    /// The name that a person writes, in ASCII: `Bücher.example` is `xn--bcher-kva.example`.
    ///
    /// The text is mapped as UTS 46 has it (case, NFC, full-width letters and full stops, characters that are not seen), and
    /// each label must be one of IDNA 2008 then (RFC 5891 to 5893). Names that need no mapping, and those that differ by case
    /// or composition alone, come out as by the full tables. The data is that of the standard library; where it has none, the
    /// name is refused and nothing guessed:
    ///
    /// - compatibility characters without a case mapping to what they mean (superscripts, circled and half-width letters), and
    ///   letters that NFC takes apart or replaces (compatibility ideographs, U+0958);
    /// - ZERO WIDTH NON-JOINER elsewhere than behind a virama (RFC 5892 appendix A.1 wants joining types);
    /// - symbols and emoji, which IDNA 2008 does not have and UTS 46 lets pass;
    /// - rare stacks of marks whose order only decomposition could tell.
    ///
    /// The Bidi rule is held label by label, by blocks instead of classes.
    ///
    /// - Returns: nil when it is no such name.
    public init?(internationalized text: String) {
        guard text.utf8.count <= 1_000 else { return nil }
        if text.utf8.allSatisfy({ $0 < 0x80 }) {
            self.init(text)
            return
        }
        guard let mapped = DomainMapping.map(text.unicodeScalars) else { return nil }
        var labels: [[UInt8]] = []
        for label in mapped.split(separator: ".", omittingEmptySubsequences: false) {
            guard let ascii = Self.asciiLabel(Array(label)) else { return nil }
            labels.append(ascii)
        }
        // a dot at the end stands for the root
        if labels.count > 1, labels.last == [] { labels.removeLast() }
        self.init(Array(labels.joined(separator: [UInt8(ascii: ".")])))
    }

    /// The name with A-labels (RFC 5890 §2.3.2.1), see ``init(internationalized:)``; nil when a label has no such form.
    public var asciiForm: DomainName? {
        isASCII ? self : DomainName(internationalized: String(decoding: bytes, as: UTF8.self))
    }

    /// The name with U-labels, for people: `xn--bcher-kva.example` is `bücher.example`. A label that is no A-label stays as it
    /// is.
    public var unicodeForm: DomainName {
        let labels = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).map { label in
            Self.unicodeLabel(label).map { Array(String(String.UnicodeScalarView($0)).utf8) } ?? Array(label)
        }
        return DomainName(Array(labels.joined(separator: [UInt8(ascii: ".")]))) ?? self
    }

    private static let prefix = Array("xn--".utf8)

    private static func asciiLabel(_ label: [Unicode.Scalar]) -> [UInt8]? {
        if label.allSatisfy(\.isASCII) {
            let bytes = label.map { UInt8(truncatingIfNeeded: $0.value) }
            // what says that it is an A-label has to be one
            return bytes.starts(with: prefix) && unicodeLabel(bytes[...]) == nil ? nil : bytes
        }
        guard LabelRules.allow(label), let digits = Punycode.encode(label) else { return nil }
        return prefix + digits
    }

    private static func unicodeLabel(_ label: ArraySlice<UInt8>) -> [Unicode.Scalar]? {
        let lower = label.map(\.lowercasedASCII)
        guard lower.starts(with: prefix), let scalars = Punycode.decode(lower.dropFirst(prefix.count)),
            !scalars.allSatisfy(\.isASCII), DomainMapping.map(scalars) == scalars, LabelRules.allow(scalars),
            Punycode.encode(scalars).map({ prefix + $0 }) == lower
        else { return nil }
        return scalars
    }
}

extension Mailbox {
    /// The mailbox with a domain of A-labels; nil when its local-part is not ASCII, which nothing can change.
    public var asciiForm: Mailbox? {
        guard localPart.isASCII else { return nil }
        switch domain {
        case .literal: return self
        case .name(let name): return name.asciiForm.map { Mailbox(localPart: localPart, domain: .name($0)) }
        }
    }
}
