#if Web
    import SamotopContacts
    import SamotopCore
    import SamotopEncryption
    import SamotopWeb

    /// The keys of mailboxes, for the page where their owners see to them.
    struct MailboxKeyDesk: KeyDesk {
        let rooms: EncryptionRooms
        let book: AccountBook
        let publishes: Bool
        var clock: any WallClock = SystemClock()

        func keys(of owner: Owner) async throws -> MailboxKeys {
            let (folder, now, publishes, needsKey) = (rooms.keys, clock.now().seconds, publishes, rooms.requiresKey)
            return try await rooms.threads.run {
                var shown = MailboxKeys([], needsKey: needsKey)
                do throws(KeyAccessError) {
                    shown.keys = try folder.recipient(of: owner.name)?.keys.map { MailboxKey($0, at: now) } ?? []
                } catch { shown.problem = "\(error)" }
                shown.offered = try folder.offered(to: owner.name, at: now).map { MailboxKey($0, at: now) }
                shown.isPublished = try publishes && folder.isPublished(owner.name)
                return shown
            }
        }

        func add(_ octets: [UInt8], of owner: Owner, isAnyUserID: Bool, isReplacing: Bool) async throws -> KeyAddition {
            let (rooms, now) = (rooms, clock.now().seconds)
            let address = book.owners.filter { $0.value == owner }.keys.min()
            return try await rooms.threads.run {
                do throws(KeyImportError) {
                    let keys = try rooms.keys.add(
                        octets, to: owner.name, for: isAnyUserID ? nil : address, at: now, isReplacing: isReplacing)
                    return .added(keys.map { MailboxKey($0, at: now) })
                } catch {
                    switch error {
                    case .problem(let key?, .otherUserID):
                        // Written by the engine anew: nothing that isn't public is in it.
                        let all = (try? rooms.engine.recipient(octets).keys) ?? [key]
                        return .otherUserID(MailboxKey(key, at: now), armored: Array(all.map(\.armored).joined()))
                    case .otherKind(let keys):
                        guard let key = keys.first else { return .refused(nil, words: "\(KeyProblem.unreadable)") }
                        return .otherKind(MailboxKey(key, at: now), armored: Array(keys.map(\.armored).joined()))
                    case .problem(let key, let problem):
                        return .refused(key.map { MailboxKey($0, at: now) }, words: "\(problem)")
                    case .access(.problem(let problem)): return .refused(nil, words: "\(problem)")
                    case .access(let error): throw error
                    }
                }
            }
        }

        func remove(_ fingerprint: String?, of owner: Owner) async throws -> Bool {
            let folder = rooms.keys
            return try await rooms.threads.run { try folder.remove(fingerprint, of: owner.name) }
        }

        func decide(_ decision: KeyOfferDecision, about fingerprint: String, of owner: Owner) async throws -> Bool {
            let (folder, now) = (rooms.keys, clock.now().seconds)
            return try await rooms.threads.run {
                switch decision {
                case .beside: try folder.accept(fingerprint, for: owner.name, isOnly: false, at: now)
                case .instead: try folder.accept(fingerprint, for: owner.name, isOnly: true, at: now)
                case .decline: try folder.decline(fingerprint, for: owner.name, at: now)
                }
            }
        }

        func setPublished(_ isPublished: Bool, of owner: Owner) async throws {
            let folder = rooms.keys
            try await rooms.threads.run { try folder.setPublished(isPublished, owner.name) }
        }
    }

    extension MailboxKey {
        fileprivate init(_ key: RecipientKey, at seconds: Int64) {
            self.init(
                fingerprint: key.fingerprint, userIDs: key.userIDs, algorithm: key.algorithm,
                expires: key.expires.map { Timestamp(seconds: $0) }, problem: key.problem(at: seconds).map { "\($0)" },
                armored: key.armored, isCertificate: key.kind == .certificate)
        }
    }
#endif
