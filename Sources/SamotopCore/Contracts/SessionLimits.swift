/// The numbers a session must stay within; each has a reply.
public struct SessionLimits: Sendable, Hashable {
    /// Octets of a message, the value of SIZE: 552 5.3.4.
    public var messageSize: UInt64 = 50 << 20
    /// Recipients of a message: 452 4.5.3.
    public var recipients = 100
    /// Octets of a header section: 552 5.3.4.
    public var headerSize = 256 << 10
    /// Fields of a header section: 552 5.3.4.
    public var headerFields = 5_000
    /// `Received` fields: 554 5.4.6 (RFC 5321 §6.3).
    public var receivedFields = 50
    /// Failed commands: 421 4.7.0.
    public var errors = 10
    /// Commands that do nothing for a mail: 421 4.7.0.
    public var junkCommands = 100

    /// The defaults.
    public init() {}
}
