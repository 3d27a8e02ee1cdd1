#if Web
    import SamotopContacts
    import Synchronization

    @testable import SamotopWeb

    /// Accounts that a test changes.
    final class ChangeableAccounts: WebAccounts {
        private let accounts: Mutex<[String: WebAccount]>
        let addresses = Mutex([TestSite.ann: "ann@here.test", TestSite.bob: "bob@here.test"])

        init(_ accounts: [WebAccount]) {
            self.accounts = Mutex(Dictionary(accounts.map { ($0.name, $0) }) { first, _ in first })
        }

        func account(named name: String) async throws -> WebAccount? { accounts.withLock { $0[name] } }

        func address(of owner: Owner) async throws -> String? {
            addresses.withLock { $0[owner] }
        }

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

    /// A message with a text, a page and an attachment.
    func sampleMessage(_ fields: String, text: String, html: String, attached name: String) -> String {
        """
        \(fields)\r
        MIME-Version: 1.0\r
        Content-Type: multipart/mixed; boundary=m\r
        \r
        --m\r
        Content-Type: multipart/alternative; boundary=a\r
        \r
        --a\r
        Content-Type: text/plain; charset=utf-8\r
        \r
        \(text)\r
        --a\r
        Content-Type: text/html; charset=utf-8\r
        \r
        \(html)\r
        --a--\r
        --m\r
        Content-Type: application/octet-stream\r
        Content-Disposition: attachment; filename="\(name)"\r
        \r
        x\r
        --m--\r

        """
    }
#endif
