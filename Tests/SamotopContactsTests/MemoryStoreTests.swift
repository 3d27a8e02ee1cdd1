import SamotopCore
import Testing

@testable import SamotopContacts

@Suite struct MemoryStoreTests {
    private let store = MemoryContactStore(maximum: 5)
    private let alice = Owner("alice")

    private func make(_ text: String, _ state: Contact.State, at seconds: Int64 = 0, name: String? = nil) throws
        -> Contact
    {
        let correspondent = try #require(ContactWorld.correspondent(text))
        let request = ContactRequest(
            recipient: "x", reversePath: text, displayName: name, network: "n", time: Timestamp(seconds: seconds))
        return Contact(
            id: .random(), owner: alice, correspondent: correspondent, state: state,
            identity: correspondent.ownIdentity, request: request, firstSeen: Timestamp(seconds: seconds),
            lastSeen: Timestamp(seconds: seconds))
    }

    private func put(_ contact: Contact) async throws {
        try await store.change(contact.correspondent, of: alice) { _ in contact }
    }

    @Test func contactsAreFoundCountedAndRemoved() async throws {
        let (ann, bo) = (try make("ann@a.test", .welcome, at: 2, name: "Zoë"), try make("bo@b.test", .waiting, at: 1))
        try await put(ann)
        try await put(bo)
        #expect(try await store.contact(ann.id, of: alice) == ann)
        #expect(try await store.contact(ann.id, of: Owner("bob")) == nil)
        #expect(try await store.contacts(of: alice, about: [bo.correspondent, ann.correspondent]).count == 2)
        #expect(try await store.counts(of: alice) == [.welcome: 1, .waiting: 1])
        #expect(try await store.contacts(of: alice, matching: ContactQuery()) == [ann, bo])
        #expect(try await store.contacts(of: alice, matching: ContactQuery(order: .name)) == [bo, ann])
        #expect(try await store.contacts(of: alice, matching: ContactQuery(text: "ZO")) == [ann])
        #expect(try await store.contacts(of: alice, matching: ContactQuery(text: "B.TEST")) == [bo])
        #expect(try await store.contacts(of: alice, matching: ContactQuery(states: [.waiting])) == [bo])
        #expect(try await store.contacts(of: alice, matching: ContactQuery(offset: 1, limit: 5)) == [bo])
        #expect(try await store.owners() == [alice])
        for contact in [ann, bo] { try await store.change(contact.correspondent, of: alice) { _ in nil } }
        #expect(try await store.owners() == [])
    }

    @Test func theVersionTellsOfEveryChange() async throws {
        var seen: Set<Int64> = [try await store.version()]
        let ann = try make("ann@a.test", .welcome)
        try await put(ann)
        #expect(seen.insert(try await store.version()).inserted)
        try await put(ann)
        #expect(!seen.insert(try await store.version()).inserted)
        try await store.change(ann.correspondent, of: alice) { _ in nil }
        #expect(seen.insert(try await store.version()).inserted)
    }

    @Test func itIsBounded() async throws {
        for number in 0..<5 { try await put(make("u\(number)@a.test", .welcome)) }
        await #expect(throws: ContactStoreError.insufficientStorage(cause: "5 contacts")) {
            try await put(make("more@a.test", .welcome))
        }
        try await put(make("u1@a.test", .blocked))
    }

    @Test func aChangeCannotMakeAnotherContact() async throws {
        let (ann, bo) = (try make("ann@a.test", .welcome), try make("bo@b.test", .welcome))
        await #expect(throws: ContactStoreError.self) {
            try await store.change(ann.correspondent, of: alice) { _ in bo }
        }
    }

    @Test func whatIsHeldIsKeptWhenItTriesAgain() async throws {
        let store = MemoryContactStore()
        let ann = try #require(ContactWorld.correspondent("ann@a.test"))
        for number in 0..<150 {
            let request = ContactRequest(
                recipient: "x", reversePath: "", network: "n", time: Timestamp(seconds: 0), held: ["e\(number)"])
            _ = try await store.file(
                request, from: ann, identity: Identity(.network("n")), of: alice, within: RequestLimits())
        }
        let held = try await store.contacts(of: alice, about: [ann]).first?.request?.held
        #expect(held?.count == 100)
        #expect(held?.last == "e149")
    }

    @Test func aGenerationCacheKeepsWhatIsAskedFor() {
        var cache = GenerationCache<Int, Int>(capacity: 100)
        cache.insert(7, -1)
        for number in 0..<10_000 {
            cache.insert(number, number)
            #expect(cache.value(-1) == 7)
        }
        #expect(cache.count <= 101)
        #expect(cache.value(0) == nil)
        cache.remove(-1)
        #expect(cache.value(-1) == nil)
    }

    @Test func theOldestTouchedComesFirst() {
        var order = TouchOrder<Int>()
        for number in 0..<1_000 { order.touch(number) }
        for _ in 0..<100 { for number in 0..<999 { order.touch(number) } }
        #expect(order.oldest() == 999)
        order.remove(999)
        #expect(order.oldest() == 0)
        #expect(order.count == 999)
    }
}
