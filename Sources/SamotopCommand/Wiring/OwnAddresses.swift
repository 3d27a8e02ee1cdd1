import NameResolution
import SamotopCore
import SamotopRelay

extension AddressRule {
    /// Every address of this machine but `::1`, which is an interface's.
    private static let loopback = ["127.0.0.0/8"].compactMap { IPNetwork($0) }

    /// Inner networks as they are configured, and never to ourselves: what counts are the addresses at which a listener of ours takes
    /// what goes to the port of other servers, as they are at the start.
    ///
    /// - Parameters:
    ///   - bound: where our listeners are.
    ///   - interfaces: the machine's addresses, which are ours where a listener is at all of them.
    init(_ settings: OutgoingSettings, bound: [(address: IPAddress, port: UInt16)], interfaces: [IPAddress]) {
        self.init()
        allowedNetworks = settings.networks
        let own = bound.filter { $0.port == settings.port }.map(\.address)
        ownAddresses = Set(own)
        guard own.contains(where: \.isAny) else { return }
        ownAddresses.formUnion(interfaces)
        ownNetworks = Self.loopback
    }
}
