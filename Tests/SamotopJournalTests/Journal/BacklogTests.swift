import Testing

@testable import SamotopJournal

@Suite struct BacklogTests {
    private let backlog = Backlog(limit: 1_000)

    private func entry(_ name: String, _ lane: Backlog.Lane) -> Backlog.Entry {
        Backlog.Entry(place: .file(name), size: 100, lane: lane, isReplay: false)
    }

    private func names(_ batch: [Backlog.Entry]) -> [String] {
        batch.compactMap { if case .file(let name) = $0.place { name } else { nil } }
    }

    @Test func eachLaneStartsOnceAndAgainWhenItWasEmpty() {
        #expect(
            backlog.add([entry("a", .mailboxes), entry("b", .elsewhere), entry("c", .mailboxes)]) == [
                .mailboxes, .elsewhere,
            ])
        #expect(backlog.add([entry("d", .elsewhere)]).isEmpty)
        #expect(backlog.load(of: .mailboxes).due == 2 && backlog.load(of: .elsewhere).accepted == 2)
        #expect(backlog.accepted == 4)
        #expect(names(backlog.take(9, octets: 1_000, of: .elsewhere)) == ["b", "d"])
        #expect(backlog.take(9, octets: 1_000, of: .elsewhere).isEmpty)
        #expect(backlog.add([entry("e", .elsewhere), entry("f", .mailboxes)]) == [.elsewhere])
    }

    @Test func aBatchIsBoundedInMessagesAndOctets() {
        _ = backlog.add(["a", "b", "c", "d"].map { entry($0, .mailboxes) })
        #expect(names(backlog.take(1, octets: 1_000, of: .mailboxes)) == ["a"])
        #expect(names(backlog.take(9, octets: 250, of: .mailboxes)) == ["b", "c"])
        // One that is larger than a batch goes alone.
        #expect(names(backlog.take(9, octets: 1, of: .mailboxes)) == ["d"])
    }
}
