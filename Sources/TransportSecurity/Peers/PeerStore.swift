public import NameResolution

/// Where ``PeerRecord``s are kept; survives a restart. A store that loses records loses the ratchet.
public protocol PeerStore: Sendable {
    /// What is known of a domain.
    func record(of domain: DNSName) async throws -> PeerRecord?

    /// Changes a record in one step: reads it, applies `change`, writes what it returns; nil removes it. Gives back
    /// what there is afterwards. Durable on return.
    ///
    /// `change` may be called again when someone else was faster. It gets nil when nothing is known of the domain.
    @discardableResult
    func change(
        _ domain: DNSName, _ change: @Sendable @escaping (PeerRecord?) -> PeerRecord?
    ) async throws -> PeerRecord?

    /// Up to `limit` records ordered by the octets of their lower-case names, those behind `domain`; nil: from the
    /// beginning.
    func records(after domain: DNSName?, limit: Int) async throws -> [PeerRecord]

    /// Removes the records that were last seen before `time` (seconds since 1970) and about which nobody decided
    /// anything; returns how many.
    @discardableResult
    func expire(before time: Int64) async throws -> Int
}
