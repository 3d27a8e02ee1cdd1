/// Numbers and habits of encryption at rest.
public struct SealingSettings: Sendable, Hashable {
    /// A mailbox without a key gets no mail.
    public var requiresKey = false
    /// Octets of messages and their encrypted copies that are in memory at once; the next message waits.
    public var memory = 256 << 20

    /// The defaults.
    public init() {}
}
