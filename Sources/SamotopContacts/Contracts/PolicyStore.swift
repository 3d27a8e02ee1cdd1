/// Where what owners chose for themselves is kept; what isn't there is the configuration's.
public protocol PolicyStore: Sendable {
    /// The choices of an owner.
    func policies(of owner: Owner) async throws -> [AddressPolicy]
    /// Sets or, with a nil policy, removes the choice for an address.
    func set(_ policy: ScreeningPolicy?, for address: String, of owner: Owner) async throws
}

/// A policy for one address of an owner; with an empty address for all of them.
public struct AddressPolicy: Sendable, Hashable {
    /// In lower case; empty: all. A `*` stands for any characters: `shop-*@example.org`.
    public let address: String
    public let policy: ScreeningPolicy

    /// Makes one.
    public init(address: String, policy: ScreeningPolicy) {
        self.address = address
        self.policy = policy
    }
}
