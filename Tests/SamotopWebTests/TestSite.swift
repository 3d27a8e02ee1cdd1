#if Web
    import Crypto
    import HTTPTypes
    import Hummingbird
    import Logging
    import NIOCore
    import NIOEmbedded
    import SMTP
    import SamotopContacts
    import SamotopCore
    import SamotopQueue
    import SamotopRelay
    import Testing
    import TransportSecurity

    @testable import SamotopAccounts
    @testable import SamotopWeb

    /// The pages on stores in memory, with Ann and Bob, who have a mailbox each, and Root, who runs the server.
    struct TestSite {
        static let ann = Owner("ann-mailbox")
        static let bob = Owner("bob-mailbox")
        static let password = "correct horse battery"
        static let hash = PasswordHash(of: password, cost: PasswordHash.Cost(logarithm: 10) ?? .standard)

        let clock: ManualClock
        let queue: TestQueue
        let peers = MemoryPeerStore()
        let recent = RecentOutcomes(maximum: 120)
        let suppression = MemorySuppressionStore()
        let store = MemoryContactStore()
        let audit = MemoryAuditStore()
        let policies = MemoryPolicyStore()
        let passes = MemoryPassStore(maximum: 5)
        let addresses: TestAddresses
        let held = TestHeldMail()
        let accounts: ChangeableAccounts
        let pages: ContactPages
        let responder: any HTTPResponder<PageContext>
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

        init(
            settings: WebSettings = WebSettings(listener: .tcp(host: "127.0.0.1", port: 0)),
            hasPasses: Bool = true, sends: Bool = true, suppresses: Bool = true, keys: (any KeyDesk)? = nil,
            onListening: @escaping @Sendable (BoundAddress) async -> Void = { _ in }
        ) throws {
            let clock = ManualClock()
            let queue = TestQueue(clock: clock)
            (self.clock, self.queue) = (clock, queue)
            addresses = try TestAddresses()
            accounts = ChangeableAccounts([
                WebAccount(name: "ann", owners: [Self.ann], password: Self.hash),
                WebAccount(name: "bob", owners: [Self.bob], password: Self.hash),
                WebAccount(name: "root", owners: [], isAdministrator: true, password: Self.hash),
            ])
            pages = try ContactPages(
                ContactDesk(store, audit: audit, held: held, clock: clock), policies: policies, audit: audit,
                accounts: accounts, passes: hasPasses ? PassDesk(passes, clock: clock) : nil,
                addresses: addresses.desk,
                sending: sends
                    ? SendingDesk(
                        queue: queue, peers: PeerDesk(peers: peers, queue: queue, clock: clock), recent: recent,
                        suppression: suppresses
                            ? SendingDesk.Suppression(
                                store: suppression, lifetime: 90 * 86_400, network: Submitter(.local, name: "network"))
                            : nil) : nil,
                keys: keys, settings: settings,
                passwords: PasswordVerifier(threads: 1, cost: PasswordHash.Cost(logarithm: 10) ?? .standard),
                clock: clock, logger: logger, onListening: onListening)
            responder = Routes(room: pages.room).router().buildResponder()
        }

        /// Someone who waits for Ann's word, unless told otherwise.
        @discardableResult
        func add(
            _ address: String, of owner: Owner = Self.ann, state: Contact.State = .waiting,
            name: String? = "Eve Example",
            subject: String? = "Hello", identity: Identity? = nil, held: [String] = [], ago seconds: Int64 = 60
        ) async throws -> Contact {
            let mailbox = try #require(Mailbox(address))
            let correspondent = Correspondent.address(mailbox)
            let seen = Timestamp(seconds: clock.now().seconds - seconds)
            let contact = Contact(
                id: .random(), owner: owner, correspondent: correspondent, state: state,
                identity: identity ?? Identity(correspondent.ownIdentity.anchor, proofs: [.dkim]),
                request: ContactRequest(
                    recipient: "ann@here.test", reversePath: address, displayName: name, subject: subject,
                    network: "192.0.2.0/24", clientName: "mx.there.test", hello: "mx.there.test",
                    evidence: ["dkim=pass header.d=there.test"], time: seen, held: held),
                firstSeen: seen, lastSeen: seen, attempts: 2)
            try await store.change(correspondent, of: owner) { _ in contact }
            return contact
        }

        func contact(_ address: String, of owner: Owner = Self.ann) async throws -> Contact? {
            try await store.contacts(of: owner, about: [.address(try #require(Mailbox(address)))]).first
        }

        func send(
            _ method: HTTPRequest.Method, _ path: String, headers: HTTPFields = [:], body: String = "",
            authority: String? = "localhost"
        ) async throws -> Answer {
            let head = HTTPRequest(
                method: method, scheme: "http", authority: authority, path: path, headerFields: headers)
            let request = Request(head: head, body: RequestBody(buffer: ByteBuffer(string: body)))
            let source = ApplicationRequestContextSource(channel: NIOAsyncTestingChannel(), logger: logger)
            let response = try await responder.respond(to: request, context: PageContext(source: source))
            let collector = BodyCollector()
            try await response.body.write(BodyCollector.Writer(collector: collector))
            return Answer(status: response.status.code, headers: response.headers, text: await collector.text)
        }

        /// A browser of someone who signed in by password.
        func browser(of account: String = "ann") async throws -> TestBrowser {
            var browser = TestBrowser(site: self)
            try await browser.signIn(account)
            return browser
        }
    }

    struct Answer {
        let status: Int
        let headers: HTTPFields
        let text: String

        func header(_ name: String) -> String { HTTPField.Name(name).flatMap { headers[$0] } ?? "" }
    }

    /// Takes a response's body together.
    actor BodyCollector {
        struct Writer: ResponseBodyWriter {
            let collector: BodyCollector
            mutating func write(_ buffer: ByteBuffer) async throws { await collector.add(buffer) }
            consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
        }

        private var bytes: [UInt8] = []
        var text: String { String(decoding: bytes, as: UTF8.self) }
        func add(_ buffer: ByteBuffer) { bytes += buffer.readableBytesView }
    }
#endif
