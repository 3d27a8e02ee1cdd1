/// An `address` of RFC 5322 §3.4.
public enum Address: Hashable, Sendable {
    /// A mailbox, alone in the list.
    case mailbox(NamedMailbox)
    /// A named group of mailboxes, perhaps empty.
    case group(DisplayName, [NamedMailbox])

    /// The address as a field has it, in UTF-8 and not folded. Comments are left out.
    public var bytes: [UInt8] {
        switch self {
        case .mailbox(let mailbox): return mailbox.bytes
        case .group(let name, let members):
            let list = Array(members.map(\.bytes).joined(separator: AddressList.comma))
            // a group has a name
            let name = name.bytes.isEmpty ? HeaderText.quoted([]) : name.bytes
            return name + [UInt8(ascii: ":")] + (list.isEmpty ? [] : [.space] + list) + [UInt8(ascii: ";")]
        }
    }
}
