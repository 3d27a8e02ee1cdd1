#if Web
    import SamotopContacts
    import SamotopCore
    import SamotopWeb
    import Synchronization

    /// Mia's keys: one in use, one that is over, one that a program announces. Nothing is read: what is added is refused.
    final class SampleKeys: KeyDesk {
        let publishes = true
        private let owner: Owner
        private let state: Mutex<MailboxKeys>

        init(owner: Owner, now: Timestamp) {
            self.owner = owner
            func day(_ days: Int64) -> Timestamp { Timestamp(seconds: now.seconds + days * 86_400) }
            state = Mutex(
                MailboxKeys(
                    [
                        Self.key("7C1E93D04A58F2B6E1D7", "Mia <mia@mia.example>", "ECDH, Curve25519", day(400)),
                        Self.key(
                            "02B94F6611AE83C5790D", "Mia Holm <mia@mia.example>", "RSA, 3072 bits", day(-12),
                            problem: "expired on 2026-11-15; its owner can prolong it, then import it again"),
                    ], offered: Self.key("D95A30B7E48C16F2903B", "mia@mia.example", "ECDH, Curve25519", nil)))
        }

        private static func key(
            _ digits: String, _ userID: String, _ algorithm: String, _ expires: Timestamp?, problem: String? = nil
        ) -> MailboxKey {
            MailboxKey(
                fingerprint: digits + String(digits.reversed()), userIDs: [userID], algorithm: algorithm,
                expires: expires,
                problem: problem, armored: Array("-----BEGIN PGP PUBLIC KEY BLOCK-----\n".utf8))
        }

        func keys(of owner: Owner) async throws -> MailboxKeys {
            owner == self.owner ? state.withLock { $0 } : MailboxKeys([])
        }

        func add(_ octets: [UInt8], of owner: Owner, isAnyUserID: Bool, isReplacing: Bool) async throws
            -> KeyAddition
        {
            .refused(nil, words: "no OpenPGP public key can be read; export it like this: gpg --armor --export ADDRESS")
        }

        func remove(_ fingerprint: String?, of owner: Owner) async throws -> Bool {
            state.withLock { state in
                let before = state.keys.count
                state.keys.removeAll { fingerprint == nil || $0.fingerprint == fingerprint }
                return state.keys.count < before
            }
        }

        func decide(_ decision: KeyOfferDecision, about fingerprint: String, of owner: Owner) async throws -> Bool {
            state.withLock { state in
                guard let offered = state.offered, offered.fingerprint == fingerprint else { return false }
                state.offered = nil
                if decision == .instead { state.keys = [] }
                if decision != .decline { state.keys.append(offered) }
                return true
            }
        }

        func setPublished(_ isPublished: Bool, of owner: Owner) async throws {
            state.withLock { $0.isPublished = isPublished }
        }
    }
#endif
