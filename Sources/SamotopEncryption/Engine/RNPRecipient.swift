#if OpenPGP
    import Synchronization

    /// Somebody's keys, and some contexts in which they are loaded: loading checks signatures, which costs more than a message.
    final class RNPRecipient: EncryptionRecipient {
        private static let maximumIdle = 4

        let keys: [RecipientKey]
        var kind: KeyKind { .openPGP }
        private let blocks: [[UInt8]]
        private let idle: Mutex<[Lent]>

        /// A context in the hands of one thread, or of none.
        private struct Lent: @unchecked Sendable {
            // Safe: it is taken out of the list under its lock before a thread uses it, and put back when it has.
            let context: RNPContext
        }

        init(_ octets: [UInt8]) throws(KeyProblem) {
            blocks = ArmorBlocks.split(octets)
            let context = try RNPContext(blocks)
            guard !context.primaries.isEmpty else { throw .unreadable }
            guard !context.hasSecret else { throw .secret }
            guard context.primaries.count <= RecipientKey.maximumKeys else { throw .tooMany }
            keys = zip(context.primaries, context.encryptionKeys).map {
                RNPKeyReader(primary: $0, encryption: $1).read()
            }
            idle = Mutex([Lent(context: context)])
        }

        func encrypt(_ plaintext: [UInt8], at seconds: Int64) throws(EncryptionError) -> [UInt8] {
            let places = keys.indices.filter { keys[$0].problem(at: seconds) == nil }
            guard !places.isEmpty else { throw .noUsableKey(keys.compactMap { $0.problem(at: seconds) }) }
            let isAuthenticated = places.allSatisfy { keys[$0].allowsAEAD }
            let lent: Lent
            if let known = idle.withLock({ $0.popLast() }) {
                lent = known
            } else {
                do throws(KeyProblem) { lent = Lent(context: try RNPContext(blocks)) } catch {
                    throw .failed("the keys can't be loaded again")
                }
            }
            defer { idle.withLock { if $0.count < Self.maximumIdle { $0.append(lent) } } }
            return try lent.context.encrypt(plaintext, to: places, isAuthenticated: isAuthenticated)
        }
    }
#endif
