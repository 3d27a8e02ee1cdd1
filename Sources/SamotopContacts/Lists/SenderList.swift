import SMTP
import SamotopCore

/// A list of senders: by address, domain, network or HELO name.
public struct SenderList: Sendable {
    /// An entry that fits, and how specific it is: of two entries the higher one counts.
    struct Match: Sendable, Hashable {
        let entry: SenderListEntry
        let rank: Int
    }

    /// Entries of a file; more aren't taken.
    public static let maximumEntries = 1_000_000

    /// The entries, each once.
    public private(set) var entries: Set<SenderListEntry> = []
    /// Blocks by their length, so that a look-up asks once for each length there is.
    private var blocks: [Int: Set<IPNetwork>] = [:]
    private var hellos: [[UInt8]: Glob] = [:]
    private var helloGlobs: [Glob] = []
    private var addressGlobs: [Glob] = []
    private var domainGlobs: [Glob] = []

    /// A list of these entries.
    public init(_ entries: some Sequence<SenderListEntry> = []) {
        for entry in entries { insert(entry) }
    }

    /// Reads a text: an entry on each line; what follows `#` is a comment. A byte that no entry holds is a problem, told by
    /// its line.
    public static func read(_ octets: [UInt8]) -> (list: SenderList, problems: [LineProblem]) {
        var list = SenderList()
        var problems: [LineProblem] = []
        for line in TextLines(octets) {
            let content = ContactImport.withoutComment(line.octets).trimmed()
            guard !content.isEmpty else { continue }
            guard content.count <= 512, let entry = SenderListEntry(String(decoding: content, as: UTF8.self)) else {
                problems.add("no address, domain, network or helo:NAME", line: line.number)
                continue
            }
            guard list.entries.count < maximumEntries else {
                problems.add("more than \(maximumEntries) entries: the rest isn't read", line: line.number)
                break
            }
            list.insert(entry)
        }
        return (list, problems)
    }

    /// The list as ``read(_:)`` takes it, in order.
    public var text: String { entries.map { $0.text + "\n" }.sorted().joined() }

    private mutating func insert(_ entry: SenderListEntry) {
        guard entries.insert(entry).inserted else { return }
        switch entry {
        case .address, .domain: break
        case .addresses(let glob): addressGlobs.append(glob)
        case .domains(let glob): domainGlobs.append(glob)
        case .network(let block): blocks[block.length, default: []].insert(block)
        case .hello(let glob):
            if glob.isLiteral { hellos[Array(glob.text.utf8)] = glob } else { helloGlobs.append(glob) }
        }
    }

    /// The smallest block that the client lies in.
    func match(_ client: ClientAddress) -> Match? {
        guard !blocks.isEmpty else { return nil }
        for length in blocks.keys.sorted(by: >) {
            guard let block = IPNetwork(around: client, ipv4Length: length, ipv6Length: length) else { return nil }
            if blocks[length]?.contains(block) == true { return Match(entry: .network(block), rank: length) }
        }
        return nil
    }

    /// The entry for what the client said in EHLO.
    func match(hello: [UInt8]) -> Match? {
        let name = hello.map(\.foldedASCII)
        if let glob = hellos[name] { return Match(entry: .hello(glob), rank: 1_000) }
        return helloGlobs.first { $0.matches(name) }.map { Match(entry: .hello($0), rank: $0.text.utf8.count) }
    }

    /// The most specific entry for an address: itself, a pattern of addresses, its domain or one above it, a pattern of domains.
    func match(_ address: SenderAddress) -> Match? {
        if entries.contains(.address(address.correspondent)) {
            return Match(entry: .address(address.correspondent), rank: 4_000)
        }
        if let glob = addressGlobs.first(where: { $0.matches(address.correspondent.bytes) }) {
            return Match(entry: .addresses(glob), rank: 3_000)
        }
        for domain in address.lookups.dropFirst() where entries.contains(.domain(domain)) {
            return Match(entry: .domain(domain), rank: 2_000 + domain.bytes.count)
        }
        let glob = domainGlobs.first { $0.matches(address.domain) }
        return glob.map { Match(entry: .domains($0), rank: 1_000) }
    }
}
