import SMTP
import SamotopCore
import Testing

@testable import SamotopDelivery

@Suite("Addresses that are edited, and what a directory says of itself")
struct AddressTableTests {
    private func address(_ text: String) throws -> Mailbox { try #require(Mailbox(text), "\(text) is no address") }

    @Test(
        "A row holds plain names alone, in lower case",
        arguments: [
            ("Ann@Example.ORG", "ann@example.org"), ("a-b_c+d=e.f@example.org", "a-b_c+d=e.f@example.org"),
            ("\"a b\"@example.org", nil), ("a/b@example.org", nil), ("ann@[192.0.2.1]", nil),
            ("\"..\"@example.org", nil),
            ("a!b@example.org", nil), ("ü@example.org", nil),
        ] as [(String, String?)])
    func plain(text: String, kept: String?) throws {
        let row = AddressRow(try address(text), .mailbox)
        #expect(row.map { String(decoding: $0.address.bytes, as: UTF8.self) } == kept)
        if kept == nil {
            let ann = try address("ann@example.org")
            #expect(AddressRow(ann, .alias([try address(text)])) == nil)
        }
    }

    @Test("An alias leads to one address at least, and to a hundred at most")
    func targets() throws {
        let ann = try address("ann@example.org")
        #expect(AddressRow(ann, .alias([])) == nil)
        #expect(AddressRow(ann, .alias(Array(repeating: ann, count: AddressRow.mostTargets))) != nil)
        #expect(AddressRow(ann, .alias(Array(repeating: ann, count: AddressRow.mostTargets + 1))) == nil)
    }

    @Test("Each outcome has its reason, and what leads to a mailbox is told with an example of each pattern")
    func reasons() throws {
        let domain = try #require(DomainName("example.org"))
        let (ann, bob) = (try address("ann@example.org"), try address("bob@example.org"))
        let directory = try Directory(
            domains: [domain],
            mailboxes: [ann, bob].map {
                MailboxEntry(
                    address: $0, name: String(decoding: $0.localPart.content, as: UTF8.self),
                    folder: "\($0.localPart.content)")
            },
            aliases: [AliasEntry(address: try address("all@example.org"), targets: [ann, bob])],
            patterns: [PatternEntry(domain: domain, pattern: try LocalPartPattern("ann+{tag}"), targets: [ann])],
            catchAlls: [
                CatchAllEntry(domain: domain, targets: [bob], exceptions: [try address("old@example.org").localPart])
            ],
            postmaster: "bob")
        let expected: [(String, DirectoryOutcome.Reason)] = [
            ("all@example.org", .name), ("ann+x@example.org", .pattern("ann+{tag}")), ("old@example.org", .nobody),
            ("abuse@example.org", .role), ("who@example.org", .everyoneElse), ("ann@foreign.test", .foreign),
        ]
        for (text, reason) in expected {
            #expect(directory.outcome(for: .mailbox(try address(text))).reason == reason, "\(text)")
            #expect(directory.isUnclaimed(try address(text)) == (reason == .everyoneElse), "\(text)")
        }
        let leading = directory.entries { $0.mailbox == "ann" }
        #expect(leading.map(\.text) == ["all@example.org", "ann@example.org", "ann+{tag}@example.org"])
        #expect(leading.last?.example == "ann+tag@example.org")
        #expect(directory.entries().map(\.kind) == [.name, .name, .name, .pattern, .everyoneElse, .nobody])
        #expect(directory.entries(limit: 2).count == 2)
    }

    /// Rows are drawn, and put into the operator's files or the table by lot. A plain search through all rows, which knows nothing of
    /// tables and hashes, must say the same as the directory, in any order of the rows.
    @Test(
        "Rows of all sources together are refused, or each address has the one outcome that a plain search finds",
        arguments: 0..<300)
    func oneOutcome(seed: Int) throws {
        var draw = RowDraw(state: UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1)
        let rows = try draw.rows()
        let built = try? rows.directory(in: rows.order)
        #expect((built != nil) == ((try? rows.directory(in: rows.order.reversed())) != nil))
        // Refused exactly when a plain look finds a fault.
        #expect((built == nil) == rows.isFaulty, "\(rows)")
        guard let built, let other = try? rows.directory(in: rows.order.reversed()) else { return }
        for name in RowDraw.names + ["a+x", "a+b", "x+a", "zz", "postmaster", "ABUSE", "A"] {
            let path = ForwardPath.mailbox(try address("\(name)@example.org"))
            let answer = built.answer(for: path)
            #expect(answer == other.answer(for: path), "\(name) \(rows)")
            #expect(Set(answer.names) == rows.search(name), "\(name) \(rows)")
        }
    }

    @Test("What the table has and the running directory couldn't take up is told as that")
    func notTakenUp() async throws {
        let store = MemoryAddressStore()
        let entry = MailboxEntry(address: try address("ann@example.org"), name: "ann", folder: "ann")
        let directory = try Directory(
            domains: [try #require(DomainName("example.org"))], mailboxes: [entry], postmaster: "ann")
        let desk = AddressDesk(
            current: { directory }, existing: { store }, store: { store }, check: { _ in },
            takeUp: { throw DirectoryError.unknownPostmaster(name: "x") })
        let bob = try #require(AddressRow(try address("bob@example.org"), .nobody))
        await #expect(throws: AddressEditError.notTakenUp) { try await desk.edit([.add(bob)]) }
        #expect(try await store.table().rows == [bob])
    }

    @Test("In memory, changes are made together or not at all")
    func memory() async throws {
        let store = MemoryAddressStore(maximum: 2)
        let (ann, bob) = (
            try #require(AddressRow(try address("ann@example.org"), .mailbox)),
            try #require(AddressRow(try address("bob@example.org"), .nobody))
        )
        try await store.edit([.add(ann)]) { _ in }
        await #expect(throws: AddressEditError.taken(ann.address)) {
            try await store.edit([.add(bob), .add(ann)]) { _ in }
        }
        await #expect(throws: DirectoryError.self) {
            try await store.edit([.add(bob)]) { _ in throw DirectoryError.duplicate(entry: bob.address) }
        }
        #expect(try await store.table() == AddressTable(rows: [ann], revision: 1))
        #expect(try await store.rows(containing: "NN@", offset: 0, limit: 9) == [ann])
    }
}

extension DirectoryAnswer {
    fileprivate var names: [String] {
        if case .destinations(let destinations) = self { destinations.compactMap(\.mailbox) } else { [] }
    }
}

/// Rows of one domain, drawn from few names so that they often meet.
private struct RowDraw {
    static let names = ["a", "b", "c", "d"]
    var state: UInt64

    mutating func next(_ bound: Int) -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int(state % UInt64(bound))
    }

    mutating func rows() throws -> DrawnRows {
        var rows = DrawnRows()
        rows.order = ["a"]
        rows.meanings["a"] = [[]]
        for _ in 0..<next(5) {
            let name = Self.names[next(4)]
            // No targets: a mailbox.
            let targets = (0..<next(3)).map { _ in Self.names[next(4)] }
            rows.meanings[name, default: []].append(targets)
            rows.order.append(name)
        }
        rows.patterns = (0..<next(3)).map { _ in ["a+{x}", "{x}+a", "b-{x}"][next(3)] }
        rows.rest = next(2) == 0 ? nil : Self.names[next(4)]
        rows.nobody = (0..<next(2)).map { _ in (Self.names + ["a+x", "zz"])[next(6)] }
        return rows
    }
}

private struct DrawnRows {
    /// Names in the order of their rows.
    var order: [String] = []
    /// What each row of a name leads to.
    var meanings: [String: [[String]]] = [:]
    var patterns: [String] = []
    var rest: String?
    var nobody: [String] = []

    /// Two rows of a name, a name that is nobody's, too, a target that isn't there, a circle, patterns with addresses in common.
    var isFaulty: Bool {
        if nobody.contains(where: { meanings[$0] != nil }) { return true }
        if meanings.values.contains(where: { $0.count > 1 }) { return true }
        if meanings.values.joined().joined().contains(where: { meanings[$0] == nil }) { return true }
        if let rest, meanings[rest] == nil { return true }
        if meanings.keys.contains(where: { reach($0, []) == nil }) { return true }
        // {x}+a shares a+a with a+{x}, and b-a+a with b-{x}; else only the same twice shares anything.
        return Set(patterns).count < patterns.count || (patterns.count > 1 && patterns.contains("{x}+a"))
    }

    /// The mailboxes behind a name; nil: it leads back to itself.
    func reach(_ name: String, _ way: Set<String>) -> Set<String>? {
        guard !way.contains(name), let targets = meanings[name]?.first else { return nil }
        if targets.isEmpty { return [name] }
        var found: Set<String> = []
        for target in targets {
            guard let reached = reach(target, way.union([name])) else { return nil }
            found.formUnion(reached)
        }
        return found
    }

    func search(_ text: String) -> Set<String> {
        let name = text.lowercased()
        if meanings[name] != nil { return reach(name, []) ?? [] }
        if nobody.contains(name) { return ["postmaster", "abuse"].contains(name) ? ["a"] : [] }
        for pattern in patterns {
            let literal = pattern.split(separator: "{x}").joined()
            let isOf = pattern.hasPrefix("{x}") ? name.hasSuffix(literal) : name.hasPrefix(literal)
            if isOf, name.utf8.count > literal.utf8.count { return reach("a", []) ?? [] }
        }
        if ["postmaster", "abuse"].contains(name) { return ["a"] }
        return rest.flatMap { reach($0, []) } ?? []
    }

    func directory(in order: [String]) throws -> Directory {
        guard let domain = DomainName("example.org") else { throw DirectoryError.unreadableAddress("") }
        func address(_ name: String) throws -> Mailbox {
            guard let mailbox = Mailbox("\(name)@example.org") else { throw DirectoryError.unreadableAddress(name) }
            return mailbox
        }
        var used: [String: Int] = [:]
        var (mailboxes, aliases): ([MailboxEntry], [AliasEntry]) = ([], [])
        for name in order {
            let targets = meanings[name]?[used[name, default: 0]] ?? []
            used[name, default: 0] += 1
            if targets.isEmpty {
                mailboxes.append(MailboxEntry(address: try address(name), name: name, folder: name))
            } else {
                aliases.append(AliasEntry(address: try address(name), targets: try targets.map(address)))
            }
        }
        return try Directory(
            domains: [domain], mailboxes: mailboxes, aliases: aliases,
            patterns: try patterns.map {
                PatternEntry(domain: domain, pattern: try LocalPartPattern($0), targets: [try address("a")])
            },
            catchAlls: [
                CatchAllEntry(
                    domain: domain, targets: try rest.map { [try address($0)] } ?? [],
                    exceptions: try nobody.map { try address($0).localPart })
            ], postmaster: "a")
    }
}
