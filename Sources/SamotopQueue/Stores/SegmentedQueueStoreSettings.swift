/// Numbers of a ``SegmentedQueueStore``, in octets unless they say otherwise.
public struct SegmentedQueueStoreSettings: Sendable, Hashable {
    /// A segment file.
    public var segmentSize = 16 << 20
    /// Content beyond this goes to a file of its own.
    public var largeContent = 1 << 20
    /// The log takes no more than twice what is queued and this.
    public var slack = 64 << 20
    /// Messages finished last that are known, so that they aren't queued again.
    public var rememberedMessages = 100_000
    /// Seconds after which nothing of a finished message can be read from the device any more, with or without the key; nil: only
    /// when its segment is given up.
    public var forgetting: Int64?
    /// Octets of waiting messages up to which they are written again for that; when more waits, what is finished is forgotten as its
    /// segments are given up.
    public var movedToForget = 64 << 20

    /// The defaults.
    public init() {}
}
