import InternetMessage
import NameResolution
import SMTP
import SamotopCore
import SamotopGuards
import SamotopTesting
import SenderAuthentication
import Testing

/// Domains, keys and a server in memory, for mail whose sender is looked at.
struct SenderWorld {
    /// `legit.test` has SPF for 192.0.2.7, a key at `sel`, and p=reject; `evil.test` has SPF for the same address, and a key.
    var zone = ZoneResolver()
    let box = MemoryMailboxes(["u@our.test": ["u"]])
    let key = DKIMPrivateKey.makeEd25519()
    static let client = ClientAddress.ipv4([192, 0, 2, 7])
    static let now: Int64 = 1_700_000_000

    init() throws {
        for domain in ["legit.test", "evil.test"] {
            try add(domain, .txt, "v=spf1 ip4:192.0.2.7 -all")
            try addKey("sel._domainkey.\(domain)")
        }
        try add("_dmarc.legit.test", .txt, "v=DMARC1; p=reject")
        try add("7.2.0.192.in-addr.arpa", .ptr, "mail.legit.test")
        try add("mail.legit.test", .a, "192.0.2.7")
    }

    mutating func add(_ name: String, _ type: RecordType, _ value: String) throws {
        let name = try #require(DNSName(name))
        switch type {
        case .txt: zone.add(name, .txt, .text([Array(value.utf8)]))
        case .a: zone.add(name, .a, .address(try #require(IPAddress(value))))
        case .mx: zone.add(name, .mx, .mailExchange(preference: 0, try #require(DNSName(value))))
        default: zone.add(name, type, .name(try #require(DNSName(value))))
        }
    }

    private mutating func addKey(_ name: String) throws {
        zone.add(try #require(DNSName(name)), .txt, .text(key.record.strings))
    }

    /// A message of the author, signed by the domain when it is given.
    func message(
        from author: String = "Ann <ann@legit.test>", more: String = "", signedBy domain: String? = nil,
        only names: [HeaderFieldName]? = nil, also name: HeaderFieldName? = nil
    ) throws -> [UInt8] {
        let text =
            "From: \(author)\r\n\(more)To: u@our.test\r\nSubject: Hello\r\nDate: Tue, 14 Nov 2023 22:13:20 +0000\r\n\r\nHi.\r\n"
        let octets = Array(text.utf8)
        guard let domain else { return octets }
        var signer = DKIMSigner(
            key: key, domain: try #require(DNSName(domain)), selector: try #require(DNSName("sel")))
        if let names { (signer.overSignedNames, signer.signedNames) = ([], names) }
        if let name { signer.signedNames.append(name) }
        let message = SignedMessage(octets, bodyHashes: [signer.bodyHash])
        return try signer.sign(message, now: Self.now).raw + octets
    }

    /// The last line of each reply's first nine octets, and what was delivered.
    func send(
        _ message: [UInt8], from sender: String, helo: String = "mail.legit.test", client: ClientAddress = client,
        policy: AuthenticationPolicy = AuthenticationPolicy(), reports: (any DMARCReportStore)? = nil,
        more guards: [any MailGuard] = []
    ) async throws -> (replies: [String], delivered: [MemoryMailboxes.Delivered]) {
        let clock = ManualClock(seconds: Self.now)
        let service = try MailService("mx.our.test", delivering: box, clock: clock) {
            Authenticating(with: zone, policy: policy, reports: reports, clock: clock)
            guards
        }
        let connection = await MemoryConnection(service, client: client)
        _ = try await connection.receive()
        var replies: [String] = []
        let before = box.delivered.count
        for line in ["EHLO \(helo)", "MAIL FROM:<\(sender)>", "RCPT TO:<u@our.test>", "DATA"] {
            replies.append(try await say(Array("\(line)\r\n".utf8), connection))
            guard !replies[replies.count - 1].hasPrefix("5"), !replies[replies.count - 1].hasPrefix("4") else {
                return (replies, [])
            }
        }
        replies.append(try await say(message + Array(".\r\n".utf8), connection))
        return (replies, Array(box.delivered.dropFirst(before)))
    }

    private func say(_ octets: [UInt8], _ connection: MemoryConnection) async throws -> String {
        try await connection.send(octets)
        let said = String(decoding: try await connection.receive(), as: UTF8.self)
        return String(said.split(separator: "\r\n").last?.prefix(9) ?? "")
    }
}

extension MemoryMailboxes.Delivered {
    /// Our Authentication-Results.
    var results: AuthenticationResults? {
        let field = HeaderSection(trace).fields(named: .authenticationResults).first
        return field.flatMap { try? AuthenticationResults($0.body) }
    }

    func result(_ method: AuthenticationKeyword) -> AuthenticationKeyword? {
        results?.results.first { $0.method == method }?.result
    }
}
