public import NameResolution

/// Whether somebody outside a domain wants the reports that the domain has asked to send there (RFC 9990 §4).
public struct DMARCReportDestinations: Sendable {
    /// What is known of a destination.
    public enum Verdict: Sendable, Hashable {
        /// Reports may go to these addresses: the one asked about, or those that the destination names in its place.
        case wanted([DMARCReportAddress])
        /// No report may go there.
        case unwanted
        /// The DNS didn't tell: ask again later.
        case temperror
    }

    private let resolver: any Resolver

    /// Asks `resolver`.
    public init(resolver: any Resolver) { self.resolver = resolver }

    /// Where reports about a policy may go now: what the record of the policy domain names at this moment, each verified.
    /// An address that the DNS doesn't tell about is left out, unless there is no other.
    public func current(_ policyDomain: DNSName) async -> Verdict {
        var walk = DMARCTreeWalk(resolver)
        do throws(Answer.Failure) {
            guard let record = try await walk.record(at: policyDomain) else { return .unwanted }
            var (wanted, isUnknown) = ([DMARCReportAddress](), false)
            for address in record.aggregateReports {
                switch await verify(address, policyDomain: policyDomain) {
                case .wanted(let addresses):
                    wanted += addresses.filter { other in !wanted.contains { $0.mailbox == other.mailbox } }
                case .unwanted: break
                case .temperror: isUnknown = true
                }
            }
            if wanted.isEmpty { return isUnknown ? .temperror : .unwanted }
            return .wanted(Array(wanted.prefix(DMARCRecord.maximumReportAddresses)))
        } catch {
            return .temperror
        }
    }

    /// Whether reports about a policy may go to an address of its `rua`.
    ///
    /// - Parameter policyDomain: where the policy record was found.
    public func verify(_ address: DMARCReportAddress, policyDomain: DNSName) async -> Verdict {
        var walk = DMARCTreeWalk(resolver)
        do throws(Answer.Failure) {
            let own = try await walk.organization(of: policyDomain).domain
            // At or below its organisational domain is where any name is: for others one walk is enough.
            if address.domain.isEqualOrBelow(own) {
                let theirs = try await walk.organization(of: address.domain).domain
                if theirs == own { return .wanted([address]) }
            }
            let labels = policyDomain.labels + [Array("_report".utf8)[...], Array("_dmarc".utf8)[...]]
            guard let name = DNSName(labels: labels + address.domain.labels) else { return .unwanted }
            let records = try await resolver.texts(name).compactMap(DMARCTagList.init).filter(\.isWellFormed)
            return records.isEmpty ? .unwanted : verdict(of: records, for: address)
        } catch {
            return .temperror
        }
    }

    /// RFC 9990 §4, steps 8 and 9: a confirmation may name other addresses, but not another host.
    private func verdict(of records: [DMARCTagList], for address: DMARCReportAddress) -> Verdict {
        let lists = records.compactMap { $0["rua"] }
        if lists.isEmpty { return .wanted([address]) }
        let addresses = Array(
            lists.flatMap { DMARCURIList($0).addresses }.prefix(DMARCRecord.maximumReportAddresses))
        let isHere = !addresses.isEmpty && addresses.allSatisfy { $0.domain == address.domain }
        return isHere ? .wanted(addresses) : .unwanted
    }
}
