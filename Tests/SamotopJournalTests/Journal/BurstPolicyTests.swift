import Testing

@testable import SamotopJournal

@Suite struct BurstPolicyTests {
    private func policy() -> BurstPolicy { BurstPolicy(patience: .seconds(3), maximumOctets: 1_000_000) }

    @Test func theFirstMessageIsDeliveredAtOnceAndTheNextAfterAPause() {
        var policy = policy()
        #expect(policy.pause(due: 1, octets: 1_000, accepted: 1, now: .zero) == nil)
        #expect(policy.pause(due: 1, octets: 1_000, accepted: 2, now: .milliseconds(5)) == BurstPolicy.pace)
        #expect(policy.pause(due: 3, octets: 3_000, accepted: 4, now: .milliseconds(25)) == nil)
    }

    @Test func aBurstIsAcceptedFirst() {
        var policy = policy()
        var now = Duration.zero
        var accepted: UInt64 = 20
        while let pause = policy.pause(due: Int(accepted), octets: Int(accepted), accepted: accepted, now: now) {
            #expect(pause == BurstPolicy.look)
            now += pause
            accepted += 100
        }
        // Patience ends, and then nothing waits any more until all is delivered.
        #expect(now == .seconds(3))
        #expect(policy.pause(due: 500, octets: 500, accepted: accepted + 100, now: now + .milliseconds(10)) == nil)
    }

    @Test func whenTheBurstEndsDeliveryBegins() {
        var policy = policy()
        #expect(policy.pause(due: 50, octets: 50, accepted: 50, now: .zero) == BurstPolicy.look)
        #expect(policy.pause(due: 60, octets: 60, accepted: 60, now: .milliseconds(50)) == nil)
    }

    @Test func aLargeBacklogEndsThePatience() {
        var policy = policy()
        #expect(policy.pause(due: 50, octets: 50, accepted: 50, now: .zero) == BurstPolicy.look)
        #expect(policy.pause(due: 500, octets: 2_000_000, accepted: 500, now: .milliseconds(50)) == nil)
    }
}
