#if Web
    import SamotopContacts
    import Synchronization

    @testable import SamotopWeb

    /// Accounts that a test changes.
    final class ChangeableAccounts: WebAccounts {
        private let accounts: Mutex<[String: WebAccount]>

        init(_ accounts: [WebAccount]) {
            self.accounts = Mutex(Dictionary(accounts.map { ($0.name, $0) }) { first, _ in first })
        }

        func account(named name: String) async throws -> WebAccount? { accounts.withLock { $0[name] } }

        func set(_ account: WebAccount?, named name: String) { accounts.withLock { $0[name] = account } }
    }

    /// Held messages by envelope and owner.
    final class TestHeldMail: HeldMail {
        struct State {
            var messages: [String: (owner: Owner, bytes: [UInt8])] = [:]
            var released: [String] = []
            var discarded: [String] = []
        }

        let state = Mutex(State())

        func put(_ text: String, as envelope: String, of owner: Owner) {
            state.withLock { $0.messages[envelope] = (owner, Array(text.utf8)) }
        }

        var released: [String] { state.withLock { $0.released } }

        func release(_ envelopes: [String], of owner: Owner) async throws -> Int {
            state.withLock { state in
                let moved = envelopes.filter { state.messages[$0]?.owner == owner }
                for envelope in moved { state.messages[envelope] = nil }
                state.released += moved
                return moved.count
            }
        }

        func discard(_ envelopes: [String], of owner: Owner) async throws -> Int {
            state.withLock { state in
                let gone = envelopes.filter { state.messages[$0]?.owner == owner }
                for envelope in gone { state.messages[envelope] = nil }
                state.discarded += gone
                return gone.count
            }
        }

        func content(of envelope: String, of owner: Owner, limit: Int) async throws -> [UInt8]? {
            state.withLock { state in
                guard let message = state.messages[envelope], message.owner == owner else { return nil }
                return Array(message.bytes.prefix(limit))
            }
        }
    }

    /// What stands after a line of dashes is the message as a page.
    struct SplittingReader: HeldMessageReader {
        func read(_ bytes: [UInt8]) -> HeldMessage {
            var message = PlainHeldMessageReader().read(bytes)
            let parts = message.text.split(separator: "\n-----\n", maxSplits: 1)
            guard parts.count == 2 else { return message }
            message.text = String(parts[0])
            message.html = String(parts[1])
            message.attachments = [.init(name: String(parts[0]), type: String(parts[0]), size: 5_000_000)]
            return message
        }
    }
#endif
