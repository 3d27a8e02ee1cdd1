/// Names an attempt; unique in the process.
public struct DeliveryJobID: Sendable, Hashable {
    let number: UInt64

    /// An id with this number.
    public init(_ number: UInt64) { self.number = number }
}
