/// Numbers of ``SealedSpool``, all in octets unless they say otherwise.
public struct SealedSpoolSettings: Sendable, Hashable {
    /// A message grows up to this in memory; beyond it goes to a sealed file.
    public var threshold = 256 << 10
    /// What all messages together may hold in memory; when it is used up, new ones go to sealed files sooner.
    public var memoryBudget = 64 << 20
    /// The largest message taken: what a message that declared no size is expected to need.
    public var largestMessage: UInt64 = 50 << 20
    /// What must stay free on the device besides 1.5 times the message; 452 4.3.1 otherwise.
    public var reservedBytes: UInt64 = 64 << 20
    /// Files that must stay free, on file systems that have a fixed number of them; 452 4.3.1 otherwise.
    public var reservedFiles: UInt64 = 100

    /// The defaults.
    public init() {}
}
