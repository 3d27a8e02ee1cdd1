import NameResolution

/// Asks for the keys of a message's signatures: each name once, all at the same time.
struct DKIMKeyLookup: Sendable {
    /// What is at a key's name.
    enum Outcome: Sendable {
        case key(DKIMKey)
        case invalid(DKIMKey.Failure)
        /// Neither key nor anything else (RFC 6376 §6.1.2 step 3).
        case absent
        /// More than one key: RFC 6376 §3.6.2.2 leaves open what that means, and nobody means it.
        case several
        /// Nobody knows: try again later (RFC 6376 §6.1.2 step 2).
        case failure(Answer.Failure)
    }

    let resolver: any Resolver
    var cache = DKIMKeyCache()

    /// What is at each name, in their order; nil where there is none.
    func keys(_ names: [DNSName?]) async -> [Outcome?] {
        let asked = names.compactMap(\.self)
        guard let first = asked.first else { return names.map { _ in nil } }
        if asked.allSatisfy({ $0 == first }) {
            let outcome = await key(first)
            return names.map { name in name.map { _ in outcome } }
        }
        let keys = await withTaskGroup(of: (DNSName, Outcome).self) { group in
            for name in Set(asked) { group.addImmediateTask { (name, await key(name)) } }
            var keys: [DNSName: Outcome] = [:]
            for await (name, outcome) in group { keys[name] = outcome }
            return keys
        }
        return names.map { name in name.flatMap { keys[$0] } }
    }

    func key(_ name: DNSName) async -> Outcome {
        let records: [[UInt8]]
        do {
            records = try await resolver.texts(name)
        } catch {
            return .failure(error)
        }
        return outcome(records)
    }

    /// Records that are no keys don't count beside one that is: other things may be published at the same name.
    func outcome(_ records: [[UInt8]]) -> Outcome {
        var key: DKIMKey?
        var failure: DKIMKey.Failure?
        for record in records {
            do {
                let found = try cache.key(record)
                guard key == nil else { return .several }
                key = found
            } catch {
                failure = failure ?? error
            }
        }
        if let key { return .key(key) }
        return failure.map(Outcome.invalid) ?? .absent
    }
}
