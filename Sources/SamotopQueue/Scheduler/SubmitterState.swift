/// A submitter in the scheduler's memory, as long as it has mail.
struct SubmitterState: Sendable {
    /// Kind and name, as octets.
    let key: [UInt8]
    /// Destinations that its mail may go to now.
    var tokens = Fifo<UInt32>()
    /// It stands in the line of submitters.
    var isListed = false
    var messages = 0
    /// Nothing is here: the place is used again.
    var isFree = false

    var isUnused: Bool { !isFree && messages == 0 && tokens.isEmpty && !isListed }
}
