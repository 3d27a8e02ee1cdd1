import NameResolution
import SenderAuthentication

/// Whether others find this host, and take it for what it says.
struct HostChecks: Sendable {
    let host: DNSName
    /// Addresses that others reach it by, and see mail come from.
    let addresses: [IPAddress]
    /// Lists that others may ask about it.
    let lists: [DNSName]
    let resolver: any Resolver

    func findings() async -> [HealthFinding] {
        var findings = [await ownAddresses()]
        for address in addresses { findings.append(await reverseName(of: address)) }
        for list in lists { findings.append(await listing(on: list)) }
        return findings
    }

    private func ownAddresses() async -> HealthFinding {
        let subject = "address of \(host.text)"
        let found: [IPAddress]
        do {
            found =
                try await resolver.addresses(host, isIPv6: false) + (try await resolver.addresses(host, isIPv6: true))
        } catch {
            return .unknown(subject, "the DNS doesn't answer: \(error.rawValue)")
        }
        guard !found.isEmpty else {
            return .problem(
                subject, "the DNS has none", "publish the A and AAAA records of the zone (samotop dns zone)")
        }
        let text = found.map(\.description).joined(separator: ", ")
        let strange = found.filter { !addresses.contains($0) }
        guard strange.isEmpty || addresses.isEmpty else {
            let names = strange.map(\.description).joined(separator: ", ")
            return .warning(
                subject, "\(text): \(names) isn't an address of this machine",
                "right when it is translated on the way (NAT); name the outer one with --address")
        }
        return .ok(subject, text)
    }

    private func reverseName(of address: IPAddress) async -> HealthFinding {
        let subject = "reverse name of \(address)"
        let names: [DNSName]
        do { names = try await resolver.names(of: address) } catch {
            return .unknown(subject, "the DNS doesn't answer: \(error.rawValue)")
        }
        let remedy = "ask whoever gives you the address to set its PTR record to \(host.text)"
        guard !names.isEmpty else { return .problem(subject, "there is none: many servers refuse your mail", remedy) }
        guard names.contains(host) else {
            return .problem(subject, "it is \(names.map(\.text).joined(separator: ", "))", remedy)
        }
        return .ok(subject, host.text)
    }

    private func listing(on zone: DNSName) async -> HealthFinding {
        let subject = "block list \(zone.text)"
        let list = DNSList(zone: zone, coverage: .ipv4, asksForReason: true)
        switch await list.health(asking: resolver) {
        case .alive: break
        case .temperror: return .unknown(subject, "the DNS doesn't answer")
        case .dead: return .unknown(subject, "the list doesn't serve this resolver")
        case .listsEverything: return .unknown(subject, "the list says yes to everything")
        }
        let asked = addresses.filter { !$0.isIPv6 }
        guard !asked.isEmpty else { return .unknown(subject, "no IPv4 address of this host is known") }
        for address in asked {
            switch await list.look(up: address, asking: resolver) {
            case .listed(_, let reason):
                return .problem(
                    subject, "\(address) is listed\(reason.map { ": \($0)" } ?? "")",
                    "ask the list to remove it, once the cause is")
            case .notListed: continue
            case .broken, .notCovered, .temperror: return .unknown(subject, "the list doesn't answer")
            }
        }
        return .ok(subject, "not listed")
    }
}
