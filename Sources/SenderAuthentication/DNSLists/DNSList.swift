public import NameResolution

/// A list of addresses or domains that is asked by DNS: a block list or an allow list (RFC 5782).
public struct DNSList: Sendable, Hashable {
    /// What a list has entries of.
    public struct Coverage: OptionSet, Sendable, Hashable {
        public let rawValue: UInt8
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// IPv4 addresses (RFC 5782 §2.1).
        public static let ipv4 = Coverage(rawValue: 1)
        /// IPv6 addresses (RFC 5782 §2.4).
        public static let ipv6 = Coverage(rawValue: 2)
        /// Domains (RFC 5782 §3).
        public static let domains = Coverage(rawValue: 4)
    }

    /// The name below which the entries are.
    public let zone: DNSName
    /// What the list is asked about.
    public let coverage: Coverage
    /// The answers that count as an entry. Nil: any within 127.0.0.0/8 but 127.0.0.1 and 127.255.255.0/24, by which
    /// many lists say that they don't serve whoever asks.
    public let codes: Set<IPAddress>?
    /// Whether the TXT record of an entry is asked for.
    public let asksForReason: Bool

    /// A list.
    public init(zone: DNSName, coverage: Coverage, codes: Set<IPAddress>? = nil, asksForReason: Bool = false) {
        self.zone = zone
        self.coverage = coverage
        self.codes = codes
        self.asksForReason = asksForReason
    }

    /// Whether the list has an entry for an address; an IPv4 address within IPv6 is asked for as IPv4.
    public func look(up address: IPAddress, asking resolver: any Resolver) async -> DNSListFinding {
        let address = address.withoutMapping
        guard coverage.contains(address.isIPv6 ? .ipv6 : .ipv4), let name = zone.prefixed(by: address.reversedLabels)
        else {
            return .notCovered
        }
        return await finding(at: name, resolver)
    }

    /// Whether the list has an entry for a domain.
    public func look(up domain: DNSName, asking resolver: any Resolver) async -> DNSListFinding {
        guard coverage.contains(.domains), domain.isHostName, let name = DNSName(labels: domain.labels + zone.labels)
        else {
            return .notCovered
        }
        return await finding(at: name, resolver)
    }

    private func finding(at name: DNSName, _ resolver: any Resolver) async -> DNSListFinding {
        let answers: [IPAddress]
        do {
            answers = try await resolver.addresses(name, isIPv6: false)
        } catch {
            return .temperror
        }
        if answers.isEmpty { return .notListed }
        let entries = answers.filter(isEntry)
        guard entries.isEmpty else {
            let reason = asksForReason ? await reason(at: name, resolver) : nil
            return .listed(codes: Set(entries), reason: reason)
        }
        return answers.contains(where: Self.isAnswerOfList) ? .notListed : .broken
    }

    /// Whether an answer counts as an entry.
    private func isEntry(_ answer: IPAddress) -> Bool {
        if let codes { return codes.contains(answer) }
        return Self.isAnswerOfList(answer)
    }

    /// Whether a working list may give such an answer: within 127.0.0.0/8, and no refusal to serve.
    static func isAnswerOfList(_ answer: IPAddress) -> Bool {
        let octets = answer.octets
        guard octets.count == 4, octets[0] == 127 else { return false }
        return octets != [127, 0, 0, 1] && !octets.starts(with: [127, 255, 255])
    }

    /// RFC 5782 §2.1: the TXT record says why, to people.
    private func reason(at name: DNSName, _ resolver: any Resolver) async -> String? {
        guard let text = try? await resolver.texts(name).first else { return nil }
        return DNSListFinding.shown(text)
    }
}
