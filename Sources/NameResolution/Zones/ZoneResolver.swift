/// Answers from records that it was given: for tests, and for trying out what records would do.
///
/// It does what a recursive resolver does with such a zone: aliases are followed, a name above an existing one exists
/// too (RFC 8020), a `*` label matches what isn't there (RFC 4592), and all else is NXDOMAIN.
public struct ZoneResolver: Resolver {
    /// The longest chain of aliases that is followed; a longer one, or a circle, is a failure.
    public static let maximumAliases = 8

    private struct Key: Hashable {
        let name: DNSName
        let type: RecordType
    }

    private var records: [Key: [RecordData]] = [:]
    private var failures: [DNSName: Answer.Failure] = [:]
    private var failuresOfType: [Key: Answer.Failure] = [:]
    private var existing: Set<DNSName> = []
    /// Said of every answer.
    public var security = SecurityStatus.indeterminate
    /// Said of every answer, in seconds.
    public var timeToLive: UInt32 = 300

    /// A world without names.
    public init() {}

    /// Adds a record.
    public mutating func add(_ name: DNSName, _ type: RecordType, _ data: RecordData) {
        records[Key(name: name, type: type), default: []].append(data)
        exists(name)
    }

    /// Every question about this name fails, but for types that records were given for.
    public mutating func fail(_ name: DNSName, _ failure: Answer.Failure) {
        failures[name] = failure
        exists(name)
    }

    /// Questions of this type about this name fail, unless records were given for it.
    public mutating func fail(_ name: DNSName, _ type: RecordType, _ failure: Answer.Failure) {
        failuresOfType[Key(name: name, type: type)] = failure
        exists(name)
    }

    private mutating func exists(_ name: DNSName) {
        var next: DNSName? = name
        while let name = next, existing.insert(name).inserted { next = name.parent }
    }

    public func resolve(_ name: DNSName, _ type: RecordType) async -> Answer { answer(name, type) }

    /// The same without waiting.
    public func answer(_ name: DNSName, _ type: RecordType) -> Answer {
        var aliases: [DNSName] = []
        var asked = name
        while true {
            let owner = owner(of: asked)
            let key = Key(name: owner, type: type)
            if let found = records[key] { return answer(.records(found), aliases) }
            if let failure = failuresOfType[key] { return answer(.failure(failure), aliases) }
            if case .name(let target)? = records[Key(name: owner, type: .cname)]?.first {
                guard aliases.count < Self.maximumAliases else { return answer(.failure(.serverFailure), aliases) }
                aliases.append(target)
                asked = target
                continue
            }
            if let failure = failures[owner] { return answer(.failure(failure), aliases) }
            return answer(existing.contains(owner) ? .noData : .noSuchName, aliases)
        }
    }

    /// The name itself, or the wildcard that stands for it.
    private func owner(of name: DNSName) -> DNSName {
        guard !existing.contains(name) else { return name }
        var encloser = name.parent
        while let above = encloser, !existing.contains(above) { encloser = above.parent }
        guard let wildcard = encloser?.prefixed(by: "*"), existing.contains(wildcard) else { return name }
        return wildcard
    }

    private func answer(_ outcome: Answer.Outcome, _ aliases: [DNSName]) -> Answer {
        Answer(outcome, security: security, timeToLive: timeToLive, aliases: aliases)
    }
}
