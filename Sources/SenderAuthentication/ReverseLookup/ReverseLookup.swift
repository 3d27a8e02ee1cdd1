public import NameResolution
public import SMTP

/// Finds a client's name and confirms it: the `iprev` method of RFC 8601 §3.
public struct ReverseLookup: Sendable {
    /// Names of an address that are looked at; the others are ignored (RFC 8601 §3, RFC 7208 §4.6.4).
    public static let maximumNames = 10

    private let resolver: any Resolver

    /// Asks `resolver`.
    public init(resolver: any Resolver) { self.resolver = resolver }

    /// Asks for the names of an address, then for the addresses of all the names at once.
    ///
    /// A PTR record can hold any octets: what is no host's name is passed over and never shown.
    public func evaluate(_ client: IPAddress) async -> ReverseLookupFinding {
        let address = client.withoutMapping
        let names: [DNSName]
        do {
            names = try await resolver.names(of: address)
        } catch {
            return ReverseLookupFinding(.temperror, "no answer about the name", address: address)
        }
        guard !names.isEmpty else { return ReverseLookupFinding(.permerror, "no name", address: address) }
        let hosts = names.prefix(Self.maximumNames).filter(\.isHostName)
        guard !hosts.isEmpty else { return ReverseLookupFinding(.fail, "no name of a host", address: address) }

        let answers = await has(address, anyOf: hosts)
        let confirmed = hosts.filter { answers[$0] == .some(true) }
        let name = confirmed.first { GenericHostName.sign(in: $0, of: address) == nil } ?? confirmed.first
        if let name { return ReverseLookupFinding(.pass, "confirmed", address: address, name: name) }
        return hosts.allSatisfy { answers[$0] == .some(false) }
            ? ReverseLookupFinding(.fail, "the name has another address", address: address)
            : ReverseLookupFinding(.temperror, "no answer about the name's address", address: address)
    }

    /// What the name that the client greets with has to do with it.
    ///
    /// - Parameter finding: what ``evaluate(_:)`` said of the client.
    public func match(_ hello: Domain, _ finding: ReverseLookupFinding) async -> HelloMatch {
        switch hello {
        case .literal(let literal):
            return Self.address(of: literal)?.withoutMapping == finding.address ? .addressLiteral : .no
        case .name(let domain):
            guard let name = DNSName(internationalized: domain.bytes) else { return .no }
            if name == finding.name { return .exact }
            do {
                let addresses = try await resolver.addresses(name, isIPv6: finding.address.isIPv6)
                if addresses.contains(finding.address) { return .forwardConfirmed }
            } catch {
                return .temperror
            }
            return Self.areNeighbours(name, finding.name) ? .sameParent : .no
        }
    }

    /// By name whether it has the address; a name that there is no answer about is missing.
    private func has(_ address: IPAddress, anyOf names: [DNSName]) async -> [DNSName: Bool] {
        await withTaskGroup(of: (DNSName, Bool?).self) { group in
            for name in Set(names) {
                group.addImmediateTask {
                    let found = try? await resolver.addresses(name, isIPv6: address.isIPv6)
                    return (name, found?.contains(address))
                }
            }
            var answers: [DNSName: Bool] = [:]
            for await (name, answer) in group { answers[name] = answer }
            return answers
        }
    }

    private static func address(of literal: AddressLiteral) -> IPAddress? {
        switch literal {
        case .ipv4(let a, let b, let c, let d): IPAddress(octets: [a, b, c, d])
        case .ipv6(let octets): IPAddress(octets: octets)
        case .general: nil
        }
    }

    /// Whether one is the parent of the other, or both have one parent, of two labels or more.
    private static func areNeighbours(_ name: DNSName, _ other: DNSName?) -> Bool {
        guard let other, let parent = name.parent, let othersParent = other.parent else { return false }
        let shared = [
            parent == othersParent ? parent : nil, name == othersParent ? name : nil, parent == other ? other : nil,
        ]
        return shared.contains { ($0?.labels.count ?? 0) >= 2 }
    }
}
