/// Where a recipient is. What it points at may have changed since: its state decides.
struct RecipientRef: Sendable, Hashable {
    let slot: UInt32
    let number: UInt16
}
