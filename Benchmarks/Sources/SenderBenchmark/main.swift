// What knowing the sender costs for each message, beside the RSA verification in it. Build with `-c release`.
//
//   SenderBenchmark DIRECTORY    also writes the message and its zone there, for other programs to be measured with

import Crypto
import CryptoExtras
import Foundation
import InternetMessage
import NameResolution
import SenderAuthentication

func name(_ text: String) -> DNSName { DNSName(text) ?? .root }

/// A 10 KiB message of an author whose domain has SPF, a key of RSA-2048 and a policy.
struct World {
    let key: DKIMPrivateKey
    let message: [UInt8]
    var zone = ZoneResolver()

    init() throws {
        key = try DKIMPrivateKey.makeRSA()
        let line = "The quick brown fox jumps over the lazy dog, and does so once more for good measure.\r\n"
        let head = """
            From: Ann <ann@example.org>\r\nTo: Bob <bob@example.net>\r\nSubject: Ten kibibytes\r
            Date: Tue, 14 Nov 2023 22:13:20 +0000\r\nMessage-ID: <1@example.org>\r\nMIME-Version: 1.0\r
            Content-Type: text/plain; charset=utf-8\r\n\r\n
            """
        let text = Array((head + String(repeating: line, count: 10_240 / line.utf8.count)).utf8)
        let signer = DKIMSigner(key: key, domain: name("example.org"), selector: name("sel"))
        let field = try signer.sign(SignedMessage(text, bodyHashes: [signer.bodyHash]), now: 1_700_000_000)
        message = field.raw + text
        add("example.org", "v=spf1 include:_spf.example.org -all")
        add("_spf.example.org", "v=spf1 ip4:198.51.100.0/24 ip4:192.0.2.0/24 -all")
        add("_dmarc.example.org", "v=DMARC1; p=reject; rua=mailto:reports@example.org")
        zone.add(name("sel._domainkey.example.org"), .txt, .text(key.record.strings))
    }

    private mutating func add(_ owner: String, _ text: String) {
        zone.add(name(owner), .txt, .text([Array(text.utf8)]))
    }
}

/// Microseconds for each call, over about two seconds.
func measure(_ title: String, _ work: () async throws -> Bool) async rethrows {
    let clock = ContinuousClock()
    var count = 0
    var good = 0
    let start = clock.now
    while clock.now - start < .seconds(2) {
        for _ in 0..<100 where try await work() { good += 1 }
        count += 100
    }
    let microseconds = (clock.now - start) / .microseconds(1) / Double(count)
    print("\(title): \(microseconds) us (\(good == count ? "all pass" : "\(count - good) don't pass"))")
}

/// All of it off the main thread, which would be left and come back to at each step.
@concurrent func run() async throws {
    let world = try World()
    if let folder = CommandLine.arguments.dropFirst().first {
        try Data(world.message).write(to: URL(fileURLWithPath: folder + "/message.eml"))
        let text = String(decoding: world.key.record.text, as: UTF8.self)
        try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/key.txt"))
    }
    let resolver = CachingResolver(world.zone)
    let spf = SPFEvaluator(resolver: resolver)
    let messages = MessageAuthenticator(resolver: resolver)
    guard let client = IPAddress("192.0.2.7") else { exit(1) }
    let sender = SPFSender(localPart: Array("ann".utf8), domain: Array("example.org".utf8))
    let envelope = SPFEnvelope(client: client, helo: Array("mail.example.org".utf8), sender: sender)

    // The same work that a signature's check does with the key, and nothing else.
    let rsa = try _RSA.Signing.PrivateKey(keySize: .bits2048)
    let digest = SHA256.hash(data: world.message)
    let signature = try rsa.signature(for: digest, padding: .insecurePKCS1v1_5)
    let publicOctets = rsa.publicKey.derRepresentation
    await measure("RSA-2048 verification alone") {
        rsa.publicKey.isValidSignature(signature, for: digest, padding: .insecurePKCS1v1_5)
    }
    try await measure("RSA-2048 verification, its key read first") {
        try _RSA.Signing.PublicKey(derRepresentation: publicOctets)
            .isValidSignature(signature, for: digest, padding: .insecurePKCS1v1_5)
    }
    await measure("SHA-256 of the message") { SHA256.hash(data: world.message) == digest }
    await measure("SPF, both identities") { await spf.check(envelope).mailFrom.result == .pass }
    await measure("reading the message, its body hashed") { SignedMessage(world.message).signatureCount == 1 }
    await measure("SPF, DKIM, ARC and DMARC, warm cache") {
        let found = await spf.check(envelope)
        let about = await messages.authenticate(
            SignedMessage(world.message), spf: [found.mailFrom.authenticationResult], now: 1_700_000_100)
        return about.dmarc.result == .pass && about.signatures.first?.result == .pass
    }
}

try await run()
