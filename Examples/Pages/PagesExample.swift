#if Web
    import Foundation
    import Logging
    import SamotopContacts
    import SamotopCore
    import SamotopWeb

    /// The pages with people that nobody knows, in memory: `swift run PagesExample [port]`, then open the link that it prints.
    @main
    struct PagesExample {
        static func main() async throws {
            let port = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 8025
            let owner = Owner("mia")
            let sample = SampleBook(owner: owner, now: SystemClock().now())
            let store = MemoryContactStore()
            let audit = MemoryAuditStore()
            let policies = MemoryPolicyStore()
            for contact in sample.contacts {
                try await store.change(contact.correspondent, of: contact.owner) { _ in contact }
            }
            try await audit.append(sample.history)
            for (address, policy) in sample.policies { try await policies.set(policy, for: address, of: owner) }
            for other in sample.neighbours {
                try await policies.set(ScreeningPolicy(sharesDecisions: true), for: "", of: other)
            }
            let accounts = FixedAccounts([
                WebAccount(name: "mia", owners: [owner], password: PasswordHash(of: "correct horse")),
                WebAccount(name: "nobody", owners: [Owner("nobody")]),
                WebAccount(name: "postmaster", owners: [], isAdministrator: true),
            ])
            let pages = try ContactPages(
                ContactDesk(store, audit: audit, held: sample.held), policies: policies, audit: audit,
                accounts: accounts,
                settings: WebSettings(listener: .tcp(host: "127.0.0.1", port: port)), reader: SampleReader(),
                importer: LineListReader(), logger: Logger(label: "pages", factory: { _ in SwiftLogNoOpLogHandler() }),
                onListening: { address in await SignInPrinter.shared.show(address) })
            await SignInPrinter.shared.set(pages.links)
            try await pages.run()
        }
    }

    /// Prints sign-in links once the port is known.
    actor SignInPrinter {
        static let shared = SignInPrinter()
        private var links: SignInLinks?

        func set(_ links: SignInLinks) { self.links = links }

        func show(_ address: BoundAddress) {
            guard let links, let port = address.port else { return }
            var lines = ["mia", "nobody", "postmaster"].map { "\($0) http://localhost:\(port)\(links.path(for: $0))" }
            lines.append("ready\n")
            FileHandle.standardOutput.write(Data(lines.joined(separator: "\n").utf8))
        }
    }
#else
    @main
    struct PagesExample {
        static func main() { print("Built without the trait Web.") }
    }
#endif
