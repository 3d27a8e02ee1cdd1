/// A delivery under way.
struct ActiveJob: Sendable {
    let slot: UInt32
    /// Of the recipients, ascending.
    let numbers: [UInt16]
    let destination: UInt32
    /// The destination's when it began.
    let epoch: UInt32
    /// What operators said meanwhile, by the recipient's number.
    var wishes: [UInt16: QueueCommand] = [:]
}
