/// Where mail data rests while it is received: first in memory, then, for large messages, in a file that only the transaction can read.
public protocol Spool: Sendable {
    /// Opens a place for one message. Throws ``SpoolError`` when there is no room (452 4.3.1).
    ///
    /// - Parameters:
    ///   - declaredSize: octets announced by SIZE (RFC 1870), if any.
    ///   - wake: called (from any thread) after ``SpoolIntake/append(_:)`` had returned `.full`, when there is room again or the spool failed.
    func open(declaredSize: UInt64?, wake: @escaping @Sendable () -> Void) throws(SpoolError) -> any SpoolIntake
}

/// One message on its way in. Used by one session at a time; never blocks.
public protocol SpoolIntake: AnyObject, Sendable {
    /// Takes the next slice. `.full`: the slice was taken, but the caller must not bring another one before it was woken.
    func append(_ slice: Span<UInt8>) throws(SpoolError) -> SpoolRoom
    /// True when another slice may be brought.
    var hasRoom: Bool { get }
    /// No more slices: the content, readable as often as needed until the last reference to it is gone.
    func finish() async throws -> any MailContent
    /// Forgets everything. Also what happens when the last reference goes away before ``finish()``.
    func discard()
}

/// Whether a spool takes more now.
public enum SpoolRoom: Sendable, Hashable {
    case ready, full
}

/// Why the spool can't take mail data.
public enum SpoolError: Error, Sendable, Hashable {
    /// No space on the device, or over the spool's own budget: 452 4.3.1.
    case insufficientStorage(cause: String)
    /// Any other local failure: 451 4.3.0.
    case failed(cause: String)
}

/// The octets of a received message, after transparency was undone: what a mailbox will hold below our trace fields.
public protocol MailContent: Sendable {
    /// Octets.
    var count: Int { get }
    /// Brings all octets in order, in slices. May block: call it from ``StorageThreads``, never on an event loop.
    func read(_ body: (Span<UInt8>) throws -> Void) throws
    /// All octets, if they are few and can be had without waiting, so that they may be asked for on an event loop. Nil: read them.
    var bytesAtHand: [UInt8]? { get }
}

extension MailContent {
    /// Nil.
    public var bytesAtHand: [UInt8]? { nil }
}

/// Content held in memory.
public struct MemoryContent: MailContent {
    /// The octets.
    public let bytes: [UInt8]
    /// Wraps octets.
    public init(_ bytes: [UInt8]) { self.bytes = bytes }
    public var count: Int { bytes.count }
    public var bytesAtHand: [UInt8]? { bytes }
    public func read(_ body: (Span<UInt8>) throws -> Void) throws { try body(bytes.span) }
}

/// Content with fields of ours on top of it.
public struct PrefixedContent: MailContent {
    private let fields: [UInt8]
    private let content: any MailContent

    /// Puts fields, each with its CRLF, in front of content.
    public init(_ fields: [UInt8], _ content: any MailContent) {
        self.fields = fields
        self.content = content
    }

    public var count: Int { fields.count + content.count }
    public var bytesAtHand: [UInt8]? { content.bytesAtHand.map { fields + $0 } }

    public func read(_ body: (Span<UInt8>) throws -> Void) throws {
        if !fields.isEmpty { try body(fields.span) }
        try content.read(body)
    }
}
