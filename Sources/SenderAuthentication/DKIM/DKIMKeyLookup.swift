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

    func keys(_ names: Set<DNSName>) async -> [DNSName: Outcome] {
        if names.count == 1, let name = names.first { return [name: await key(name)] }
        return await withTaskGroup(of: (DNSName, Outcome).self) { group in
            for name in names { group.addImmediateTask { (name, await key(name)) } }
            var keys: [DNSName: Outcome] = [:]
            for await (name, outcome) in group { keys[name] = outcome }
            return keys
        }
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
