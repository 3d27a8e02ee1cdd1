/// An `address` of RFC 5322 §3.4.
public enum Address: Hashable, Sendable {
    /// A mailbox, alone in the list.
    case mailbox(NamedMailbox)
    /// A named group of mailboxes, perhaps empty.
    case group(DisplayName, [NamedMailbox])
}
