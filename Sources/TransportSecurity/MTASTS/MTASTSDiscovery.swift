public import NameResolution

/// Finds the MTA-STS policy of a domain (RFC 8461 §3): by its TXT record, from the store, and by HTTPS.
public struct MTASTSDiscovery: Sendable {
    /// Seconds until a policy that could not be fetched is tried again (RFC 8461 §3.3).
    public static let retryInterval: Int64 = 300
    /// Seconds for a fetch (RFC 8461 §3.3 asks for one minute at most).
    public static let timeout = 60

    private let resolver: any Resolver
    private let fetcher: any HTTPSFetching
    private let store: any MTASTSStore

    /// A discovery.
    public init(resolver: any Resolver, fetcher: any HTTPSFetching, store: any MTASTSStore) {
        self.resolver = resolver
        self.fetcher = fetcher
        self.store = store
    }

    /// The policy that holds for a domain.
    ///
    /// A policy that was fetched once holds until it expires or the domain publishes another one: neither a missing TXT
    /// record nor a server that is down ends it (RFC 8461 §5.1). What can't be written to the store holds this once.
    ///
    /// - Parameter now: seconds since 1970.
    /// - Throws: what the store throws when it is read. Then nobody knows whether there is a policy: postpone.
    public func find(_ domain: DNSName, now: Int64) async throws -> MTASTSFinding {
        let stored = try await store.policy(of: domain)
        // A clock that was set back doesn't make a policy younger than new.
        let kept = stored.flatMap { stored in stored.policy != nil && now <= stored.expires ? stored : nil }
        let record: MTASTSRecord
        switch await lookUp(domain) {
        case .success(let found): record = found
        case .failure(let reason):
            guard let kept else { return MTASTSFinding(reason, domain: domain) }
            return MTASTSFinding(.keptWithoutRecord, domain: domain, policy: kept.policy, id: kept.id)
        }
        if let kept, kept.id == record.id {
            return MTASTSFinding(.kept, domain: domain, policy: kept.policy, id: kept.id)
        }
        if let failed = stored?.failed, stored?.failedID == record.id, failed <= now, now &- failed < Self.retryInterval
        {
            guard let kept else { return MTASTSFinding(.triedLately, domain: domain, id: record.id) }
            return MTASTSFinding(.keptWithoutFetch, domain: domain, policy: kept.policy, id: kept.id)
        }
        return await fetch(domain, id: record.id, kept: kept, now: now)
    }

    /// Fetches a policy that holds again, so that it doesn't expire: whatever the TXT record says, and also without one. Whoever keeps
    /// the record from us ends no policy by that (RFC 8461 §10.2).
    ///
    /// - Parameter now: seconds since 1970.
    public func refresh(_ domain: DNSName, now: Int64) async throws -> MTASTSFinding {
        guard let kept = try await store.policy(of: domain), kept.policy != nil, now <= kept.expires else {
            return try await find(domain, now: now)
        }
        var id = kept.id
        if case .success(let record) = await lookUp(domain) { id = record.id }
        return await fetch(domain, id: id, kept: kept, now: now)
    }

    private enum Record {
        case success(MTASTSRecord)
        case failure(MTASTSFinding.Reason)
    }

    private func lookUp(_ domain: DNSName) async -> Record {
        guard let name = domain.prefixed(by: "_mta-sts") else { return .failure(.noRecord) }
        let texts: [[UInt8]]
        do { texts = try await resolver.texts(name) } catch { return .failure(.recordFailure) }
        do {
            return .success(try MTASTSRecord(texts: texts))
        } catch {
            return .failure(error == .none ? .noRecord : .malformedRecord)
        }
    }

    private func fetch(_ domain: DNSName, id: String, kept: StoredMTASTSPolicy?, now: Int64) async -> MTASTSFinding {
        let failure: MTASTSFinding
        switch await fetch(domain) {
        case .success(let policy):
            // `mode: none` is kept like any other, so that it isn't fetched for each message.
            try? await store.set(StoredMTASTSPolicy(policy: policy, id: id, fetched: now), of: domain)
            return MTASTSFinding(.fetched, domain: domain, policy: policy, id: id)
        case .unreachable(let error):
            failure = MTASTSFinding(.fetchFailure, domain: domain, id: id, fetchError: error)
        case .malformed(let error):
            failure = MTASTSFinding(.malformedPolicy, domain: domain, id: id, policyError: error)
        case .unfit(let reason): failure = MTASTSFinding(reason, domain: domain, id: id)
        }
        // Another one may have fetched it meanwhile.
        let latest = try? await store.policy(of: domain)
        var remembered = latest ?? kept ?? StoredMTASTSPolicy(policy: nil, id: "", fetched: now)
        (remembered.failed, remembered.failedID) = (now, id)
        try? await store.set(remembered, of: domain)
        guard let kept else { return failure }
        return MTASTSFinding(
            .keptWithoutFetch, domain: domain, policy: kept.policy, id: kept.id, fetchError: failure.fetchError,
            policyError: failure.policyError)
    }

    private enum Fetched {
        case success(MTASTSPolicy)
        case unreachable(HTTPSFetchError)
        case unfit(MTASTSFinding.Reason)
        case malformed(MTASTSPolicyError)
    }

    /// RFC 8461 §3.3.
    private func fetch(_ domain: DNSName) async -> Fetched {
        guard let host = domain.prefixed(by: "mta-sts") else { return .unreachable(.unreachable) }
        let request = HTTPSRequest(
            host: host, path: "/.well-known/mta-sts.txt", maximumLength: MTASTSPolicy.maximumLength,
            timeout: Self.timeout)
        let response: HTTPSResponse
        do { response = try await fetcher.fetch(request) } catch { return .unreachable(error) }
        guard response.status == 200 else { return .unfit(.status) }
        guard Self.isPlainText(response.contentType) else { return .unfit(.contentType) }
        do { return .success(try MTASTSPolicy(response.body)) } catch { return .malformed(error) }
    }

    /// Whether it is `text/plain`, with parameters or without.
    private static func isPlainText(_ contentType: String?) -> Bool {
        guard let type = contentType?.utf8.split(separator: UInt8(ascii: ";"), maxSplits: 1).first else { return false }
        return String(decoding: Array(type)[...].trimmed, as: UTF8.self).lowercased() == "text/plain"
    }
}
