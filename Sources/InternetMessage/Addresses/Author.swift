/// The one author of a message, as far as the From field says so; not yet authenticated.
public enum Author {
    /// Why a header section has no single author. The reply is 550 5.6.0.
    public enum Failure: Error, Hashable, Sendable {
        /// The header section reads differently to different readers: which From counts is not certain.
        case ambiguousHeader(HeaderFinding)
        /// No From field; Sender and Resent-From do not stand in for it (RFC 5322 §3.6).
        case noFrom
        /// More than one From field (RFC 5322 §3.6 allows one).
        case severalFields(count: Int)
        /// The From field holds no address: empty, `<>`, or an empty group.
        case noAddress
        /// More than one address: lawful (RFC 5322 §3.6.2), but no single identity.
        case severalAddresses(count: Int)
        /// A group (RFC 6854): no identity to hold anyone to.
        case group
        /// The body is not an address-list.
        case unparsable(AddressSyntaxError)
        /// A source route before the address (RFC 5322 §4.4).
        case sourceRoute
        /// An encoded-word in the address itself (RFC 2047 §5 forbids it): readers that decode it see another address.
        case encodedWordInAddress
    }

    /// The single mailbox of the single From field.
    public static func identity(in header: HeaderSection) throws(Failure) -> NamedMailbox {
        if let finding = header.findings.first(where: \.isAmbiguous) { throw .ambiguousHeader(finding) }
        let fields = header.fields(named: .from)
        guard let field = fields.first else { throw .noFrom }
        guard fields.count == 1 else { throw .severalFields(count: fields.count) }
        let list: AddressList
        do {
            list = try AddressList(field.body)
        } catch {
            if case .nullAddress = error { throw .noAddress }
            throw .unparsable(error)
        }
        guard let address = list.addresses.first else { throw .noAddress }
        guard list.addresses.count == 1 else { throw .severalAddresses(count: list.addresses.count) }
        guard case .mailbox(let author) = address else { throw .group }
        if author.hasEncodedWordInAddress { throw .encodedWordInAddress }
        if author.hadRoute { throw .sourceRoute }
        return author
    }
}
