/// Numbers and habits of encryption at rest.
public struct SealingSettings: Sendable, Hashable {
    /// A mailbox without a key gets no mail.
    public var requiresKey = false
    /// Octets of messages, what is encrypted of them and a copy that are in memory at once, four times the messages' size; the
    /// next message waits. A message for which that is too little has it for itself.
    public var memory = 256 << 20
    /// Octets from which on encrypted copies wait in a file.
    public var largestInMemory = 1 << 20

    /// The defaults.
    public init() {}
}
