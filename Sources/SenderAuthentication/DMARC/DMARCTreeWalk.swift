import NameResolution

/// DNS tree walks (RFC 9989 §4.10) that share what they found: no name is asked about twice.
struct DMARCTreeWalk {
    /// Questions of one walk at most.
    static let maximumQuestions = 8

    /// Where a walk came to.
    struct Organization {
        /// The organisational domain (RFC 9989 §4.10.2).
        let domain: DNSName
        /// The names with a policy record, from the longest to the shortest.
        let records: [(name: DNSName, record: DMARCRecord)]
    }

    private static let label = DNSName("_dmarc")

    private let resolver: any Resolver
    private let records: RecordCache<DMARCRecord?>
    /// As few as the questions of some walks.
    private var known: [(name: DNSName, record: DMARCRecord?)] = []

    /// - Parameter records: those that were read before.
    init(_ resolver: any Resolver, records: RecordCache<DMARCRecord?> = RecordCache()) {
        self.resolver = resolver
        self.records = records
    }

    /// The policy record at a name; nil when there is none, or more than one. One that has no policy is one.
    mutating func record(at name: DNSName) async throws(Answer.Failure) -> DMARCRecord? {
        if let found = known.first(where: { $0.name == name }) { return found.record }
        var record: DMARCRecord?
        if let owner = Self.label.flatMap(name.prefixed) {
            let texts = try await resolver.texts(owner).filter(DMARCTagList.isOfThisVersion)
            if texts.count == 1, let text = texts.first { record = records.record(text) { DMARCRecord($0) } }
        }
        known.append((name, record))
        return record
    }

    /// The organisational domain of a name, and the records that tell.
    mutating func organization(of start: DNSName) async throws(Answer.Failure) -> Organization {
        var records: [(name: DNSName, record: DMARCRecord)] = []
        for name in Self.names(from: start) {
            guard let record = try await record(at: name) else { continue }
            records.append((name, record))
            if record.publicSuffix != .unknown { break }
        }
        guard let last = records.last else { return Organization(domain: start, records: []) }
        // The walk ended at the first `psd` of yes or no, so that only the last record can have one. One label below a
        // suffix is the suffix itself where the walk started there.
        let isSuffix = last.record.publicSuffix == .yes
        let domain = isSuffix ? start.suffix(last.name.labelCount + 1) : last.name
        return Organization(domain: domain, records: records)
    }

    /// The names to ask about: the first, then its parents down to the last label; of a long name only the parents of 7
    /// labels and less.
    static func names(from start: DNSName) -> [DNSName] {
        let labels = start.labelCount
        guard labels > 0 else { return [] }
        let parents = (1..<min(labels, maximumQuestions)).reversed()
        return [start] + parents.map(start.suffix)
    }
}
