/// Something to look at when its moment has come; 16 octets.
struct QueueTimer: Sendable {
    enum Kind: UInt16, Sendable {
        /// A recipient's next attempt.
        case retry
        /// A message's next warning or expiry.
        case deadline
        /// A destination may be tried.
        case gate
        /// A notification that could not be written is tried again.
        case notice
    }

    /// Milliseconds since 1970.
    let time: Int64
    /// Of the message or the destination.
    let index: UInt32
    /// Of the recipient.
    let number: UInt16
    let kind: Kind

    init(_ kind: Kind, at time: Int64, index: UInt32, number: UInt16 = 0) {
        self.time = time
        self.index = index
        self.number = number
        self.kind = kind
    }
}
