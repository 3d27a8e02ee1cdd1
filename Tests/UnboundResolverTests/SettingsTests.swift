#if Unbound
    import NameResolution
    import Testing

    @testable import UnboundResolver

    @Suite struct SettingsTests {
        /// A change that can't work, and what is said about it.
        struct Wrong: CustomTestStringConvertible {
            let change: @Sendable (inout UnboundSettings) throws -> Void
            let error: UnboundError
            var testDescription: String { "\(error)" }
        }

        private static func server(_ port: UInt16? = nil, tlsName: String? = nil) throws -> UnboundSettings.NameServer {
            UnboundSettings.NameServer(
                try #require(IPAddress("127.0.0.1")), port: port, tlsName: try tlsName.map { try name($0) })
        }

        @Test(arguments: [
            Wrong(change: { $0.timeLimit = .zero }, error: .outOfRange(setting: "timeLimit")),
            Wrong(change: { $0.maximumQuestions = 0 }, error: .outOfRange(setting: "maximumQuestions")),
            Wrong(change: { $0.maximumWaiting = 0 }, error: .outOfRange(setting: "maximumWaiting")),
            Wrong(change: { $0.maximumSockets = -1 }, error: .outOfRange(setting: "maximumSockets")),
            Wrong(change: { $0.recordCacheSize = 1 << 40 }, error: .outOfRange(setting: "recordCacheSize")),
            Wrong(change: { $0.upstream = .forwarders([]) }, error: .noServer(setting: "upstream")),
            Wrong(change: { $0.upstream = .forwarders([try server(0)]) }, error: .noServer(setting: "upstream")),
            Wrong(change: { $0.stubs = [.init(.root, servers: [])] }, error: .noServer(setting: "stubs")),
            Wrong(
                change: { $0.upstream = .forwarders([try server(), try server(tlsName: "dns.test")]) },
                error: .mixedTransports),
            Wrong(change: { $0.upstream = .forwarders([try server(tlsName: "a#b")]) }, error: .tlsName("a#b")),
            Wrong(
                change: { $0.stubs = [.init(.root, servers: [try server(tlsName: "dns.test")])] },
                error: .tlsName("dns.test")),
            Wrong(
                change: { $0.upstream = .resolvConf("/nowhere/resolv.conf") },
                error: .unreadable(setting: "upstream", path: "/nowhere/resolv.conf")),
            Wrong(
                change: { $0.rootAnchor = .file("/nowhere/root.key") },
                error: .unreadable(setting: "rootAnchor", path: "/nowhere/root.key")),
            Wrong(
                change: {
                    $0.rootAnchor = .none
                    $0.validation = .always
                }, error: .noTrustAnchor),
            Wrong(change: { $0.trustAnchors = ["nonsense"] }, error: .trustAnchor("nonsense")),
            Wrong(change: { $0.trustAnchors = ["a..b DS 1 8 2 00"] }, error: .trustAnchor("a..b DS 1 8 2 00")),
        ]) func whatCannotWorkIsTold(_ wrong: Wrong) throws {
            var settings = UnboundSettings()
            settings.rootAnchor = .none
            try wrong.change(&settings)
            #expect(throws: wrong.error) { try UnboundResolver(settings) }
        }

        @Test func aTrustAnchorThatLibunboundRefusesIsToldAtTheStart() throws {
            var settings = UnboundSettings()
            settings.rootAnchor = .none
            settings.trustAnchors = ["example.test. DS 1 8 2 zz"]
            let error = try #require(throws: UnboundError.self) { try UnboundResolver(settings) }
            guard case .notStarted = error else {
                Issue.record("\(error)")
                return
            }
        }

        /// A libunbound that can't speak TLS would ask in the clear: it is refused before, and one that can does.
        @Test func whatIsMeantForTLSIsNeverSentInTheClear() async throws {
            let listener = try TestListener()
            var settings = UnboundSettings()
            settings.upstream = .forwarders([try Self.server(listener.port, tlsName: "dns.test")])
            settings.publicZones = [try name("test")]
            settings.validation = .never
            settings.timeLimit = .seconds(2)
            do {
                let resolver = try UnboundResolver(settings)
                async let received = Threads.run { try listener.receive() }
                await #expect(throws: Answer.Failure.self) { try await resolver.texts(try name("secret.test")) }
                // RFC 8446 §5.1: a handshake record.
                #expect(try await received.first == 22)
                await resolver.close()
            } catch let error as UnboundError {
                #expect(error == .withoutTLS)
            }
        }

        @Test(
            "strangers' zones lead to no server on this machine, unless one is configured",
            arguments: [
                ("192.0.2.1", "yes"), ("127.0.0.1", "no"), ("127.9.9.9", "no"), ("::1", "no"),
                ("::ffff:127.0.0.1", "no"),
                ("7f00::1", "yes"),
            ])
        func thisMachine(_ address: String, _ value: String) throws {
            let server = UnboundSettings.NameServer(try #require(IPAddress(address)))
            let option = { (settings: UnboundSettings) in
                try UnboundOptions(settings).values.first { $0.option == "do-not-query-localhost" }?.value
            }
            #expect(try option(UnboundSettings()) == "yes")
            #expect(try option(with { $0.stubs = [.init(.root, servers: [server])] }) == value)
            #expect(try option(with { $0.upstream = .forwarders([server]) }) == value)
            #expect(try option(with { $0.upstream = .resolvConf("/etc/resolv.conf") }) == "no")
        }

        @Test func theDefaultsWork() async throws {
            let resolver = try UnboundResolver()
            // Answered by libunbound itself (RFC 6761 §6.3).
            #expect(
                try await resolver.addresses(try name("localhost"), isIPv6: false).map(\.description) == ["127.0.0.1"])
            #expect(resolver.settings == UnboundSettings())
            await resolver.close()
        }

        @Test func resolvConf() async throws {
            let resolver = try UnboundResolver(with { $0.upstream = .resolvConf("/etc/resolv.conf") })
            #expect(try await resolver.addresses(try name("localhost"), isIPv6: true).map(\.description) == ["::1"])
            await resolver.close()
        }

        private func with(_ change: (inout UnboundSettings) -> Void) -> UnboundSettings {
            var settings = UnboundSettings()
            change(&settings)
            return settings
        }
    }
#endif
