import SamotopCore
import SamotopTesting
import Testing

@testable import SamotopAccounts

@Suite("Tries are bounded") struct LimiterTests {
    private let clock = ManualClock()

    @Test("U06: 10,000 tries from one network: 8 of a name and 40 in all are looked at in a quarter of an hour")
    func oneNetwork() async {
        let limiter = MemorySignInLimiter(clock: clock)
        var admitted = 0
        for _ in 0..<5_000 { if await limiter.admits(name: "ann", network: "n") { admitted += 1 } }
        #expect(admitted == 8)
        for number in 0..<5_000 { if await limiter.admits(name: "name\(number)", network: "n") { admitted += 1 } }
        #expect(admitted == 40)
        clock.advance(by: 900)
        #expect(await limiter.admits(name: "ann", network: "n"))
    }

    @Test(
        "U06: one try from each of 5,000 networks: 200 are looked at, and the owner still gets in from where they were before"
    )
    func manyNetworks() async {
        let limiter = MemorySignInLimiter(clock: clock)
        #expect(await limiter.admits(name: "ann", network: "home"))
        await limiter.succeeded(name: "ann", network: "home")
        var admitted = 0
        for number in 0..<5_000 { if await limiter.admits(name: "ann", network: "n\(number)") { admitted += 1 } }
        #expect(admitted == 200)
        #expect(await !limiter.admits(name: "ann", network: "elsewhere"))
        #expect(await limiter.admits(name: "ann", network: "home"))
        await limiter.succeeded(name: "ann", network: "home")
        // A network that is known is bounded all the same.
        for _ in 0..<8 { _ = await limiter.admits(name: "ann", network: "home") }
        #expect(await !limiter.admits(name: "ann", network: "home"))
    }

    @Test("U06: after thirty days without a visit a network is known no more")
    func forgotten() async {
        let limiter = MemorySignInLimiter(clock: clock)
        _ = await limiter.admits(name: "ann", network: "home")
        await limiter.succeeded(name: "ann", network: "home")
        clock.advance(by: 30 * 86_400)
        for number in 0..<300 { _ = await limiter.admits(name: "ann", network: "n\(number)") }
        #expect(await !limiter.admits(name: "ann", network: "home"))
    }

    @Test("U06: a try that nobody could decide doesn't count, and forgives none that did; nor is its network known")
    func withdrawn() async {
        let limiter = MemorySignInLimiter(clock: clock)
        for _ in 0..<500 {
            #expect(await limiter.admits(name: "ann", network: "home"))
            await limiter.withdrawn(name: "ann", network: "home")
        }
        #expect(limiter.remembered == 0)
        for _ in 0..<8 { #expect(await limiter.admits(name: "ann", network: "home")) }
        #expect(await !limiter.admits(name: "ann", network: "home"))
        await limiter.withdrawn(name: "ann", network: "home")
        #expect(await limiter.admits(name: "ann", network: "home"))
        #expect(await !limiter.admits(name: "ann", network: "home"))
        clock.advance(by: 900)
        for number in 0..<200 { _ = await limiter.admits(name: "ann", network: "n\(number)") }
        #expect(await !limiter.admits(name: "ann", network: "home"))
        // There is nothing to take back: nothing is lent either.
        await limiter.withdrawn(name: "zoe", network: "n")
        #expect(limiter.remembered == 401)
    }

    @Test("Networks are an IPv4 address, or the first half of an IPv6 address")
    func networks() {
        #expect(ClientAddress.ipv4([192, 0, 2, 1]).signInNetwork != ClientAddress.ipv4([192, 0, 2, 2]).signInNetwork)
        let left = ClientAddress.ipv6([0x20, 1, 0xD, 0xB8] + Array(repeating: 1, count: 12))
        let right = ClientAddress.ipv6([0x20, 1, 0xD, 0xB8] + Array(repeating: 1, count: 11) + [2])
        #expect(left.signInNetwork == right.signInNetwork)
    }
}
