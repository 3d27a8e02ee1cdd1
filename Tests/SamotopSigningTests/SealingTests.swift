import InternetMessage
import NameResolution
import SamotopCore
import SamotopQueue
import SamotopTesting
import SenderAuthentication
import Testing

@testable import SamotopSigning

/// Seals of forwarded mail that others have sealed before.
@Suite struct SealingTests {
    /// A letter that another server has sealed.
    private func sealed(_ zone: Zone, domain: String = "first.test") async throws -> [UInt8] {
        zone.add(known("sel._domainkey.\(domain)"), zone.legit.key.record.strings)
        let letter = Letter.octets(from: "joe@legit.test")
        let sealer = ARCSealer(
            key: zone.legit.key, domain: known(domain), selector: known("sel"),
            authservID: try #require(AuthservID(Array("mx.\(domain)".utf8))))
        let message = SignedMessage(letter, bodyHashes: [sealer.bodyHash])
        let none = await ARCVerifier(resolver: zone).verify(message, now: House.now)
        return try sealer.seal(message, chain: none, results: [], now: House.now).flatMap(\.raw) + letter
    }

    private func send(_ content: [UInt8], _ house: House) async throws -> String? {
        try await house.send(content, from: "joe@legit.test", to: ["away@our.test"]).last
    }

    @Test("A chain that holds gets its next seal")
    func second() async throws {
        let zone = Zone()
        let house = try House(zone)
        #expect(try await send(try await sealed(zone), house) == "250 2.0.0")
        let chain = await house.chain(of: try #require(house.queue.messages.last).content.octets())
        #expect(chain.result == .pass && chain.highestInstance == 2)
    }

    @Test("A chain that has failed is marked once, and then gets no further seal")
    func failed() async throws {
        let zone = Zone()
        let house = try House(zone)
        var broken = try await sealed(zone)
        broken.removeLast(5)
        broken += Array("Ha.\r\n".utf8)
        #expect(try await send(broken, house) == "250 2.0.0")
        let marked = try #require(house.queue.messages.last).content.octets()
        let chain = await house.chain(of: marked)
        #expect(chain.isMarkedAsFailed && chain.highestInstance == 2)
        // On its way it lost the mark of this alias.
        let again = Array(
            String(decoding: marked, as: UTF8.self).replacing("away@our.test", with: "gone@our.test").utf8)
        #expect(try await send(again, house) == "250 2.0.0")
        let twice = try #require(house.queue.messages.last).content.octets()
        #expect(twice.fields("ARC-Seal").count == 2)
    }

    @Test("D10: a chain whose keys can't be had now makes the message wait")
    func silent() async throws {
        let zone = Zone()
        let house = try House(zone)
        let message = try await sealed(zone)
        zone.silence(known("sel._domainkey.first.test"))
        #expect(try await send(message, house) == "451 4.4.3")
        #expect(house.queue.messages.isEmpty && house.box.delivered.isEmpty)
    }

    @Test("Without a key mail is forwarded without a seal")
    func unsealed() async throws {
        let house = try House(sealing: false)
        #expect(try await send(Letter.octets(from: "joe@legit.test"), house) == "250 2.0.0")
        #expect(try #require(house.queue.messages.last).content.octets().fields("ARC-Seal").isEmpty)
    }
}
