/// Whose word counts: the person behind a mailbox, by the name that the directory gives to it.
public struct Owner: Sendable, Hashable, Comparable {
    /// The mailbox's opaque name (``SamotopCore/Destination/mailbox(_:)``); never a part of an address.
    public let name: String

    /// The owner of the mailbox with this name.
    public init(_ name: String) { self.name = name }

    public static func < (left: Owner, right: Owner) -> Bool { left.name < right.name }
}
