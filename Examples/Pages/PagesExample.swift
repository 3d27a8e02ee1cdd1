#if Web
    import Foundation
    import Logging
    import SamotopAccounts
    import SamotopContacts
    import SamotopCore
    import SamotopWeb

    /// The pages with people that nobody knows, in memory: `swift run PagesExample [port [strangers]]`, then open a link that it
    /// prints. `strangers` is a number of further people, or a file with what they write, a line each.
    @main
    struct PagesExample {
        static func main() async throws {
            let port = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 8025
            let owner = Owner("mia")
            let more = CommandLine.arguments.dropFirst(2).first.map(Self.strangers) ?? []
            let sample = SampleBook(owner: owner, now: SystemClock().now(), strangers: more)
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
            let passes = MemoryPassStore()
            for pass in sample.passes { try await passes.change(pass.word, of: owner) { _ in pass } }
            let accounts = FixedAccounts(
                [
                    WebAccount(name: "mia", owners: [owner], password: PasswordHash(of: "correct horse")),
                    WebAccount(name: "nobody", owners: [Owner("nobody")]),
                    WebAccount(name: "postmaster", owners: [], isAdministrator: true),
                ], addresses: [owner: "mia@mia.example", Owner("nobody"): "nobody@mia.example"])
            let queue = try await SampleQueue(now: sample.now, strangers: more)
            let pages = try ContactPages(
                ContactDesk(store, audit: audit, held: sample.held), policies: policies, audit: audit,
                accounts: accounts, passes: PassDesk(passes),
                addresses: try SampleAddresses().desk, sending: queue.desk,
                keys: SampleKeys(owner: owner, now: sample.now),
                settings: WebSettings(listener: .tcp(host: "127.0.0.1", port: port)),
                logger: Logger(label: "pages", factory: { _ in SwiftLogNoOpLogHandler() }),
                onListening: { address in await SignInPrinter.shared.show(address) })
            await SignInPrinter.shared.set(pages.links)
            try await withThrowingTaskGroup { group in
                group.addTask { try await queue.service.run() }
                await queue.settle()
                group.addTask { try await pages.run() }
                try await group.next()
                group.cancelAll()
            }
        }

        private static func strangers(_ argument: String) -> [String] {
            if let count = Int(argument) { return (0..<count).map { "Message number \($0)" } }
            let text = (try? String(contentsOfFile: argument, encoding: .utf8)) ?? ""
            return text.split(separator: "\n").map(String.init)
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
