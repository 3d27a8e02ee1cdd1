/// Why a list of addresses could not be read. Offsets count bytes from the start of the body.
public enum AddressSyntaxError: Error, Hashable, Sendable {
    /// The tokens of the body are broken: an open comment, quote or bracket, or a byte without a place.
    case syntax(FieldSyntaxError)
    /// A name without an address.
    case missingAddress(offset: Int)
    /// `<>`
    case nullAddress(offset: Int)
    /// A local-part or domain that is no SMTP mailbox.
    case invalidMailbox(offset: Int)
    /// A group in a group.
    case nestedGroup(offset: Int)
    /// A group without its semicolon.
    case unclosedGroup
    /// More addresses than the limit.
    case tooManyAddresses
}
