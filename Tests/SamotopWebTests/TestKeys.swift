#if Web
    import SamotopContacts
    import SamotopCore
    import Synchronization

    @testable import SamotopWeb

    /// Keys in memory: `public A` is a key with the fingerprint AAAA…, `certificate A` a certificate, `secret` a secret one, `other A` one of somebody else.
    final class TestKeys: KeyDesk {
        let publishes = true
        let state = Mutex<[Owner: MailboxKeys]>([:])

        static func key(
            _ letter: Character, problem: String? = nil, expires: Timestamp? = nil, isCertificate: Bool = false
        ) -> MailboxKey {
            MailboxKey(
                fingerprint: String(repeating: letter, count: 40), userIDs: ["Ann <ann@here.test>"],
                algorithm: "ECDH, Curve25519", expires: expires, problem: problem,
                armored: Array("armour \(letter)".utf8), isCertificate: isCertificate)
        }

        func set(_ keys: MailboxKeys, of owner: Owner = TestSite.ann) { state.withLock { $0[owner] = keys } }

        func keys(of owner: Owner) async throws -> MailboxKeys { state.withLock { $0[owner] ?? MailboxKeys([]) } }

        func add(_ octets: [UInt8], of owner: Owner, isAnyUserID: Bool, isReplacing: Bool) async throws
            -> KeyAddition
        {
            let text = String(decoding: octets, as: UTF8.self)
            guard let letter = text.last, letter.isLetter else { return .refused(nil, words: "no key can be read") }
            if text.hasPrefix("secret") { return .refused(nil, words: "this is a secret key") }
            if text.hasPrefix("expired") {
                return .refused(Self.key(letter, problem: "expired on 2020-03-01"), words: "expired on 2020-03-01")
            }
            let key = Self.key(letter, isCertificate: text.hasPrefix("certificate"))
            if text.hasPrefix("other"), !isAnyUserID {
                return .otherUserID(key, armored: Array("other \(letter)".utf8))
            }
            return state.withLock { state in
                let old = isReplacing ? [] : state[owner]?.keys ?? []
                guard old.allSatisfy({ $0.isCertificate == key.isCertificate }) else {
                    return .otherKind(key, armored: octets)
                }
                state[owner, default: MailboxKeys([])].keys = old + [key]
                return .added([key])
            }
        }

        func remove(_ fingerprint: String?, of owner: Owner) async throws -> Bool {
            state.withLock { state in
                let before = state[owner]?.keys.count ?? 0
                state[owner]?.keys.removeAll { fingerprint == nil || $0.fingerprint == fingerprint }
                if fingerprint == nil { state[owner]?.problem = nil }
                return fingerprint == nil || (state[owner]?.keys.count ?? 0) < before
            }
        }

        func decide(_ decision: KeyOfferDecision, about fingerprint: String, of owner: Owner) async throws -> Bool {
            state.withLock { state in
                guard let offered = state[owner]?.offered, offered.fingerprint == fingerprint else { return false }
                state[owner]?.offered = nil
                switch decision {
                case .beside: state[owner]?.keys.append(offered)
                case .instead: state[owner]?.keys = [offered]
                case .decline: break
                }
                return true
            }
        }

        func setPublished(_ isPublished: Bool, of owner: Owner) async throws {
            state.withLock { $0[owner, default: MailboxKeys([])].isPublished = isPublished }
        }
    }
#endif
