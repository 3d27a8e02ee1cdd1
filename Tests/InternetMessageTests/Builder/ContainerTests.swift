import InternetMessage
import SMTP
import Synchronization
import Testing

@Suite struct ContainerTests {
    @Test("RFC 2387: related content by its identifier")
    func related() throws {
        let logo = MessagePart.inline(contentID: "logo@example.org", type: "image/png", content: [1, 2, 3])
        let message = try built(draft().body(.related(.html("<img src=\"cid:logo@example.org\">"), logo)))
        #expect(faults(of: message) == [])
        let read = MIMEMessage(message.bytes)
        #expect(text(read.entities[0].mediaType.parameters["type"]?.value) == "text/html")
        #expect(text(read.entities[2].contentID?.bytes) == "logo@example.org")
        #expect(read.entities[2].disposition?.isAttachment == false)
        let nested = MessagePart.related(.alternative(.plain("a"), .html("b")), logo)
        let outer = MIMEMessage(try built(draft().body(nested)).bytes)
        #expect(text(outer.entities[0].mediaType.parameters["type"]?.value) == "multipart/alternative")
        #expect(
            failure(draft().body(.inline(contentID: "logo", type: "image/png", content: [])))
                == .invalidMessageID(in: .contentID))
        #expect(failure(draft().body(.inline(contentID: "<a@b>", type: "image/png", content: []))) == nil)
    }

    @Test("RFC 1847 §2.1: what is signed is what stands in the message, and survives its way")
    func signed() throws {
        let seen = Mutex<[UInt8]>([])
        let part = MessagePart.mixed(
            .plain("From me \nGrüße\ntrailing \n"), .attachment("a", type: "image/png", content: [1]))
        let container = MessagePart.signed(part, protocol: "application/pgp-signature", micalg: "pgp-sha512") {
            octets in
            seen.withLock { $0 = octets }
            return .octets(bytes("-----BEGIN PGP SIGNATURE-----\r\n"), type: "application/pgp-signature").encoded(
                .sevenBit)
        }
        let message = try built(draft().body(container).allowing(.all))
        #expect(faults(of: message) == [])
        let signed = seen.withLock { $0 }
        let read = MIMEMessage(message.bytes)
        #expect(
            read.entities.map { text($0.mediaType.name) } == [
                "multipart/signed", "multipart/mixed", "text/plain", "image/png", "application/pgp-signature",
            ])
        let inside = read.entities[1]
        #expect(Array(message.bytes[inside.headerRange.lowerBound..<inside.bodyRange.upperBound]) == signed)
        #expect(!signed.contains { $0 >= 0x80 })
        #expect(!text(signed).contains(" \r\n"))
        #expect(!text(signed).contains("\nFrom "))
        #expect(text(read.entities[0].mediaType.parameters["protocol"]?.value) == "application/pgp-signature")
        #expect(text(read.entities[0].mediaType.parameters["micalg"]?.value) == "pgp-sha512")
        #expect(text(read.content(of: read.entities[2]).bytes) == "From me \r\nGrüße\r\ntrailing \r\n")
        let unsigned = MessagePart.signed(part, protocol: "a/b", micalg: "x") { _ in nil }
        #expect(failure(draft().body(unsigned)) == .notSigned)
        let eight = MessagePart.signed(.plain("ä").encoded(.eightBit), protocol: "a/b", micalg: "x") { _ in .plain("") }
        #expect(failure(draft().body(eight).allowing(.all)) == .encodingCannotCarry(.eightBit))
    }

    @Test("what was signed elsewhere goes in as it is")
    func entity() throws {
        var randomness = SeededGenerator(seed: 1)
        let octets = try MessagePart.plain("signed ä ").octets(using: &randomness)
        let container = MessagePart.multipart(
            "signed", [.entity(octets), .octets(bytes("sig"), type: "application/pgp-signature")],
            parameters: [
                FieldParameter("protocol", "application/pgp-signature"), FieldParameter("micalg", "pgp-sha256"),
            ])
        let message = try built(draft().body(container))
        #expect(faults(of: message) == [])
        let read = MIMEMessage(message.bytes)
        let inside = read.entities[1]
        #expect(Array(message.bytes[inside.headerRange.lowerBound..<inside.bodyRange.upperBound]) == octets)
        #expect(text(read.content(of: inside).bytes) == "signed ä ")
        for evil in [
            "x", "From: a@b.test\r\n\r\n", "Content-Type: text/plain\n\nx", "Content-Type: a/b\r\n\r\n\0",
            "a b\r\n\r\n",
        ] {
            #expect(failure(draft().body(.mixed(.entity(bytes(evil))))) == .malformedEntity, "\(evil.debugDescription)")
        }
        let eight = MessagePart.entity(
            bytes("Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nä\r\n"))
        #expect(failure(draft().body(eight)) == .encodingCannotCarry(.eightBit))
        let alone = try built(draft().body(eight).allowing(.eightBitMIME))
        #expect(faults(of: alone) == [])
        #expect(alone.needs.body == .eightBitMIME)
    }

    @Test("RFC 1847 §2.2, RFC 3156 §4: encrypted content")
    func encrypted() throws {
        let message = try built(
            draft().body(
                .encrypted(
                    protocol: "application/pgp-encrypted",
                    control: .octets(bytes("Version: 1\r\n"), type: "application/pgp-encrypted").encoded(.sevenBit),
                    content: .octets(bytes("-----BEGIN PGP MESSAGE-----\r\n"), type: "application/octet-stream")
                        .encoded(.sevenBit))))
        #expect(faults(of: message) == [])
        let read = MIMEMessage(message.bytes)
        #expect(
            read.entities.map { text($0.mediaType.name) } == [
                "multipart/encrypted", "application/pgp-encrypted", "application/octet-stream",
            ])
        #expect(text(read.entities[0].mediaType.parameters["protocol"]?.value) == "application/pgp-encrypted")
    }

    @Test("messages as parts: as they are, 8-bit only where it may be")
    func messages() throws {
        let inner = try built(draft().subject("inner").body("hello"))
        let message = try built(
            draft().body(.mixed(.plain("see"), .message(inner.bytes).disposed("attachment", fileName: "a.eml"))))
        #expect(faults(of: message) == [])
        let read = MIMEMessage(message.bytes)
        #expect(
            read.entities.map { text($0.mediaType.name) } == [
                "multipart/mixed", "text/plain", "message/rfc822", "text/plain",
            ])
        #expect(Array(message.bytes[read.entities[2].bodyRange]) == inner.bytes)
        let unicode = try built(draft().subject("Grüße").body("ä").allowing([.smtpUTF8, .eightBitMIME]))
        #expect(failure(draft().body(.message(unicode.bytes))) == .encodingCannotCarry(.eightBit))
        let global = try built(draft().body(.message(unicode.bytes)).allowing(.eightBitMIME))
        #expect(text(MIMEMessage(global.bytes).entities[0].mediaType.name) == "message/global")
        #expect(global.needs == MessageNeeds(body: .eightBitMIME, smtpUTF8: false))
        for evil in [
            "", "x", "A: b\r\n", "A: b\n\nx", "A: b\r\n\r\n\0", "A: b\r\n\r\n" + String(repeating: "x", count: 999),
        ] {
            #expect(failure(draft().body(.message(bytes(evil)))) == .malformedEntity, "\(evil.debugDescription)")
        }
    }

    @Test("containers: at least one part, 50 deep, 1,000 parts")
    func limits() throws {
        #expect(failure(draft().body(.mixed())) == .wrongNumberOfParts)
        @Sendable func nested(_ depth: Int) -> MessagePart {
            (0..<depth).reduce(MessagePart.plain("x")) { part, _ in .mixed(part) }
        }
        #expect(faults(of: try built(draft().body(nested(50)))) == [])
        #expect(failure(draft().body(nested(51))) == .tooManyParts)
        #expect(failure(draft().body(nested(100_000))) == .tooManyParts)

        let evil = MessagePart.signed(.plain(""), protocol: "a/b", micalg: "x") { _ in nested(50) }
        #expect(failure(draft().body(evil)) == .tooManyParts)
        let many = [MessagePart](repeating: .plain("x"), count: 999)
        #expect(faults(of: try built(draft().body(.multipart("mixed", many)))) == [])
        #expect(failure(draft().body(.multipart("mixed", many + [.plain("x")]))) == .tooManyParts)
        let doubling = (0..<40).reduce(MessagePart.plain("x")) { part, _ in .mixed(part, part) }
        #expect(failure(draft().body(doubling)) == .tooManyParts)
    }
}
