public import SMTP

/// A `mailbox` of RFC 5322 §3.4: an address, perhaps with a name.
public struct NamedMailbox: Hashable, Sendable {
    /// The name before the address. Nil: none.
    public let displayName: DisplayName?
    /// The address, comments and white space removed.
    public let mailbox: Mailbox
    /// The content of the comments around and in the mailbox, quoted pairs resolved: the old place of the name.
    public let comments: [[UInt8]]
    /// A source route stood before the address (RFC 5322 §4.4); it was dropped.
    public let hadRoute: Bool
    /// The address holds what looks like an encoded-word. It is not decoded (RFC 2047 §5).
    public let hasEncodedWordInAddress: Bool

    init(
        displayName: DisplayName?, mailbox: Mailbox, comments: [[UInt8]], hadRoute: Bool, hasEncodedWordInAddress: Bool
    ) {
        self.displayName = displayName
        self.mailbox = mailbox
        self.comments = comments
        self.hadRoute = hadRoute
        self.hasEncodedWordInAddress = hasEncodedWordInAddress
    }

    /// An address and a name.
    public init(_ mailbox: Mailbox, name: DisplayName? = nil) {
        self.init(
            displayName: name, mailbox: mailbox, comments: [], hadRoute: false,
            hasEncodedWordInAddress: EncodedWord.occurs(in: mailbox.bytes))
    }

    /// Reads one mailbox: `ann@example.org`, `Ann Example <ann@example.org>`.
    ///
    /// - Throws: when the whole of the text is not exactly one mailbox, or it holds a line end.
    public init(_ text: String) throws(AddressSyntaxError) {
        let bytes = Array(text.utf8)
        if let offset = bytes.firstIndex(where: \.isControl) {
            throw .syntax(.unexpectedByte(offset: offset))
        }
        let addresses = try AddressList(bytes, maximumAddresses: 1).addresses
        guard case .mailbox(let mailbox)? = addresses.first else { throw .missingAddress(offset: 0) }
        self = mailbox
    }

    /// The mailbox as a field has it, in UTF-8 and not folded: `"Example, Ann" <ann@example.org>`. Comments are left out.
    public var bytes: [UInt8] {
        guard let displayName, !displayName.bytes.isEmpty else { return mailbox.bytes }
        return displayName.bytes + [.space, UInt8(ascii: "<")] + mailbox.bytes + [UInt8(ascii: ">")]
    }
}
