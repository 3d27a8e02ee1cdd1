public import InternetMessage
public import NameResolution

/// Says whether the author's domain is proved, and what its owner asks for if not (RFC 9989).
///
/// Questions are asked one after the other: up to 8 for the author, 1 for whether its domain exists, and up to 8 for
/// each of ``maximumWalks`` identifiers, though names are shared. Whoever calls puts a limit on the time.
public struct DMARCEvaluator: Sendable {
    /// Identifiers whose organisational domain is looked for, at most. One that equals the author's domain costs
    /// nothing.
    public static let maximumWalks = 10

    private let resolver: any Resolver
    private let records = RecordCache<DMARCRecord?>()

    /// Asks `resolver`.
    public init(resolver: any Resolver) { self.resolver = resolver }

    /// Evaluates the message with this header section.
    ///
    /// - Parameters:
    ///   - identifiers: the domains that SPF (for the MAIL FROM identity) and DKIM have proved.
    ///   - undecided: those that they could not decide about for lack of an answer. Where one of them would have made
    ///     the message pass, the result is `temperror` and not `fail`.
    public func evaluate(
        _ header: HeaderSection, identifiers: [AuthenticatedIdentifier], undecided: [AuthenticatedIdentifier] = []
    ) async -> DMARCFinding {
        let author: Result<AuthorDomain, AuthorDomain.Failure>
        do {
            author = .success(try AuthorDomain(in: header))
        } catch {
            author = .failure(error)
        }
        return await evaluate(author: author, identifiers: identifiers, undecided: undecided)
    }

    /// Evaluates a message by its author's domain. A failure is `permerror`; but an address literal is `none`, since
    /// there is nobody whose policy it could break.
    public func evaluate(
        author: Result<AuthorDomain, AuthorDomain.Failure>, identifiers: [AuthenticatedIdentifier],
        undecided: [AuthenticatedIdentifier] = []
    ) async -> DMARCFinding {
        switch author {
        case .success(let domain):
            return await evaluate(domain.name, identifiers, undecided)
        case .failure(.addressLiteral):
            return DMARCFinding(.none, "the author has an address literal", authorFailure: .addressLiteral)
        case .failure(.noDomainName):
            return DMARCFinding(.permerror, "the author's domain is no domain name", authorFailure: .noDomainName)
        case .failure(.author(let failure)):
            return DMARCFinding(.permerror, failure.reason, authorFailure: .author(failure))
        }
    }

    private func evaluate(
        _ author: DNSName, _ identifiers: [AuthenticatedIdentifier], _ undecided: [AuthenticatedIdentifier]
    ) async -> DMARCFinding {
        var walk = DMARCTreeWalk(resolver, records: records)
        var found: DMARCPolicyDiscovery
        do {
            guard let record = try await DMARCPolicyDiscovery(author: author, by: &walk) else {
                return DMARCFinding(.none, "no policy record", author: author)
            }
            found = record
        } catch {
            return DMARCFinding(.temperror, "no answer about the policy record", author: author)
        }
        // RFC 9989 §4.10.1
        guard found.record.policy != nil else {
            return DMARCFinding(.none, "the record has no valid policy", author: author, found: found)
        }
        var alignment = DMARCAlignment(author: author, found: found, walk: walk)
        let aligned = await alignment.aligned(identifiers)
        let missed = aligned.isEmpty ? await alignment.aligned(undecided) : []
        found = alignment.found
        if aligned.isEmpty, !missed.isEmpty || alignment.isIncomplete {
            return DMARCFinding(.temperror, "no answer about alignment", author: author, found: found)
        }
        let subject = await subject(author, found)
        guard aligned.isEmpty else {
            return DMARCFinding(
                .pass, "aligned", author: author, found: found, subject: subject ?? .subdomain, aligned: aligned)
        }
        guard let subject else {
            return DMARCFinding(.temperror, "no answer about the author's domain", author: author, found: found)
        }
        let reason = identifiers.isEmpty ? "nothing was authenticated" : "no authenticated domain aligns"
        return DMARCFinding(.fail, reason, author: author, found: found, subject: subject)
    }

    /// Which tag counts. Whether the domain exists is asked only where that makes a difference; nil when nobody knows.
    private func subject(_ author: DNSName, _ found: DMARCPolicyDiscovery) async -> DMARCRecord.Subject? {
        if author == found.policyDomain { return .domain }
        let (record, missing) = (found.record, DMARCRecord.Subject.nonexistentSubdomain)
        guard record.policy(for: missing) != record.policy(for: .subdomain) else { return .subdomain }
        let answer = await resolver.resolve(author, .a)
        // RFC 9989 §3.2.13, App. A.4: NXDOMAIN and nothing else. The one that an alias ends at is about another name.
        switch answer.outcome {
        case .noSuchName: return answer.aliases.isEmpty ? missing : .subdomain
        case .records, .noData: return .subdomain
        case .failure: return nil
        }
    }
}

extension Author.Failure {
    /// The failure in a few words.
    fileprivate var reason: String {
        switch self {
        case .ambiguousHeader: "the header section is malformed"
        case .noFrom: "no From field"
        case .severalFields: "several From fields"
        case .noAddress: "no address in From"
        case .severalAddresses: "several addresses in From"
        case .group: "a group in From"
        case .unparsable: "From can't be read"
        case .sourceRoute: "a source route in From"
        case .encodedWordInAddress: "an encoded-word in the address in From"
        }
    }
}
