/// What was proved of a sender, and what a contact is bound to: a welcome for one identity says nothing about another
/// that claims the same address.
public struct Identity: Sendable, Hashable {
    /// How a domain was proved.
    public enum Proof: String, Sendable, Hashable, CaseIterable, Comparable {
        /// RFC 7208: the reverse-path's domain lets this client send.
        case spf
        /// RFC 6376: a signature of the author's domain, or of one above it.
        case dkim
        /// RFC 9989: aligned with the author's domain.
        case dmarc
        /// RFC 8617: a trusted sealer says that it was proved to it.
        case arc

        public static func < (left: Proof, right: Proof) -> Bool { left.rawValue < right.rawValue }
    }

    /// What stands for the sender.
    public enum Anchor: Sendable, Hashable {
        /// A domain, in lower case, that answers for the address.
        case domain(String)
        /// Nothing was proved: the client's network, `192.0.2.0/24` or `2001:db8:1:2::/64`, is all there is to hold on to.
        case network(String)
        /// The client came by a Unix socket or from memory.
        case local
    }

    /// What stands for the sender.
    public let anchor: Anchor
    /// How it was proved; empty for a network.
    public let proofs: Set<Proof>

    /// Makes an identity.
    public init(_ anchor: Anchor, proofs: Set<Proof> = []) {
        self.anchor = anchor
        self.proofs = proofs
    }

    /// True when a domain was proved.
    public var isProven: Bool {
        if case .domain = anchor { !proofs.isEmpty } else { false }
    }
}
