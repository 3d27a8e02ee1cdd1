import NameResolution

/// Identifier alignment with an author (RFC 9989 §4.10.2).
struct DMARCAlignment {
    private let author: DNSName
    private(set) var found: DMARCPolicyDiscovery
    private var walk: DMARCTreeWalk
    private var walks = 0
    /// Whether an identifier could not be decided about for lack of an answer.
    private(set) var isIncomplete = false

    init(author: DNSName, found: DMARCPolicyDiscovery, walk: DMARCTreeWalk) {
        self.author = author
        self.found = found
        self.walk = walk
    }

    /// Those of the identifiers that align, in their order.
    mutating func aligned(_ identifiers: [AuthenticatedIdentifier]) async -> [AuthenticatedIdentifier] {
        var aligned: [AuthenticatedIdentifier] = []
        var decided: [DNSName: Bool] = [:]
        for identifier in identifiers {
            if identifier.domain == author {
                aligned.append(identifier)
                continue
            }
            let mode = identifier.method == .spf ? found.record.spfAlignment : found.record.dkimAlignment
            guard mode == .relaxed else { continue }
            if decided[identifier.domain] == nil {
                decided[identifier.domain] = await sharesOrganization(identifier.domain)
            }
            if decided[identifier.domain] == true { aligned.append(identifier) }
        }
        return aligned
    }

    private mutating func sharesOrganization(_ domain: DNSName) async -> Bool {
        do throws(Answer.Failure) {
            let organization: DNSName
            if let known = found.organizationalDomain {
                organization = known
            } else {
                organization = try await walk.organization(of: author).domain
                found.organizationalDomain = organization
            }
            // A domain is at or below its organisational domain: strangers are told without a walk.
            guard domain.isEqualOrBelow(organization) else { return false }
            guard walks < DMARCEvaluator.maximumWalks else { return false }
            walks += 1
            return try await walk.organization(of: domain).domain == organization
        } catch {
            isIncomplete = true
            return false
        }
    }
}
