/// Where held messages are: moved when their sender is decided about.
public protocol HeldMail: Sendable {
    /// Moves these to the owner's inbox; what is there already stays. Durable on return. Returns how many were moved.
    @discardableResult
    func release(_ envelopes: [String], of owner: Owner) async throws -> Int
    /// Removes these for good. Returns how many were removed.
    @discardableResult
    func discard(_ envelopes: [String], of owner: Owner) async throws -> Int
    /// The first octets of a held message with its trace fields, at most `limit` of them; nil when it isn't held.
    func content(of envelope: String, of owner: Owner, limit: Int) async throws -> [UInt8]?
}
