import NameResolution

/// A domain whose record is evaluated, and what reasons and steps call it.
struct SPFPlace: Sendable {
    let name: DNSName
    /// The name; or the domain-spec that led there, when the name would tell the client's address or the sender's local-part.
    let text: String
    private let isConcealed: Bool

    /// The domain that is asked.
    init(_ name: DNSName) {
        self.name = name
        text = name.text
        isConcealed = false
    }

    /// Where an include or a redirect leads to.
    init(_ name: DNSName, by spec: SPFMacroString, from place: SPFPlace) {
        self.name = name
        isConcealed =
            spec.uses([.sender, .localPart, .address, .validatedName, .helo])
            || place.isConcealed && spec.uses([.domain])
        text = isConcealed ? spec.description : name.text
    }
}
