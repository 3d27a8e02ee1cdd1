import NameResolution

/// Asks another resolver, and nothing more once the task is cancelled: nobody waits for it then.
struct ResolverUntilCancelled: Resolver {
    let resolver: any Resolver

    func resolve(_ name: DNSName, _ type: RecordType) async -> Answer {
        guard !Task.isCancelled else { return Answer(.failure(.unavailable)) }
        return await resolver.resolve(name, type)
    }
}
