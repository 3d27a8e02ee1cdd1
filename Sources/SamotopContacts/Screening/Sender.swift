/// Who a message claims to be from, and what is proved of that.
struct Sender: Sendable, Hashable {
    let address: SenderAddress
    /// What was proved, or the client's network.
    let identity: Identity
    /// Its domain says that this client, or this message, is none of its.
    let isDenied: Bool
    /// The client's network, whatever was proved.
    let network: String

    init(_ address: SenderAddress, proofs: Set<Identity.Proof>, isDenied: Bool, network: String) {
        self.address = address
        self.network = network
        self.isDenied = isDenied
        identity =
            proofs.isEmpty
            ? Identity(.network(network))
            : Identity(.domain(String(decoding: address.domain, as: UTF8.self)), proofs: proofs)
    }

    /// Whether what was proved is what a contact is bound to. A claim alone never is (M21).
    func satisfies(_ bound: Identity) -> Bool {
        switch bound.anchor {
        case .domain(let domain):
            return identity.isProven && DomainRelation.isRelated(Array(domain.utf8), address.domain)
        case .network(let bound):
            // Better than what it is bound to; else the same network, unless the domain disowns it.
            return identity.isProven || (bound == network && !isDenied)
        case .local:
            return false
        }
    }
}
