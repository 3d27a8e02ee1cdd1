#if SQLite
    import Crypto
    import Foundation
    import GRDB
    import SMTP
    import SamotopContacts
    import SamotopCore
    import SamotopQueue

    /// How suppressed addresses are found and read again: by hashes (HMAC-SHA256, 16 octets) and a seal (ChaCha20-Poly1305)
    /// with keys of their own, made of the queue's.
    struct SuppressionSeal: Sendable {
        private static let length = 16

        private let hashKey: SymmetricKey
        private let sealKey: SymmetricKey

        init(key: [UInt8]) {
            let input = SymmetricKey(data: key)
            func derived(_ purpose: String) -> SymmetricKey {
                HKDF<SHA256>.deriveKey(
                    inputKeyMaterial: input, info: Data("samotop suppressed \(purpose)".utf8), outputByteCount: 32)
            }
            hashKey = derived("hash")
            sealKey = derived("seal")
        }

        func hash(address: Mailbox) -> Data { hash(1, SuppressedAddress.key(of: address)) }

        func hash(submitter: Submitter) -> Data { hash(2, SuppressedAddress.key(of: submitter)) }

        private func hash(_ kind: UInt8, _ octets: [UInt8]) -> Data {
            Data(HMAC<SHA256>.authenticationCode(for: [kind] + octets, using: hashKey).prefix(Self.length))
        }

        /// What is kept of a hash in memory.
        static func mark(_ hash: Data) -> Int64 {
            Int64(bitPattern: hash.prefix(8).reduce(0 as UInt64) { $0 << 8 | UInt64($1) })
        }

        private struct Record: Codable {
            let kind: UInt8
            let account: String
            let address: [UInt8]
            let status: [UInt16]
            let since, expires: Int64
            let isByHand: Bool
        }

        /// The record, bound to its hashes: one that was copied to another row can't be read.
        func sealed(_ entry: SuppressedAddress, _ account: Data, _ address: Data) throws -> Data {
            let record = Record(
                kind: entry.submitter.kind.rawValue, account: entry.submitter.name, address: entry.address.bytes,
                status: [UInt16(entry.status.severity), entry.status.subject, entry.status.detail], since: entry.since,
                expires: entry.expires, isByHand: entry.isByHand)
            return try ChaChaPoly.seal(
                try JSONEncoder().encode(record), using: sealKey, authenticating: account + address
            ).combined
        }

        /// From a row of `account`, `address`, `record`. Throws when it is damaged, or sealed with another key.
        func entry(_ row: Row) throws -> SuppressedAddress {
            var columns = ColumnReader(row)
            let bound = Data(try columns.bytes()) + Data(try columns.bytes())
            let sealed = Data(try columns.bytes())
            guard let box = try? ChaChaPoly.SealedBox(combined: sealed),
                let octets = try? ChaChaPoly.open(box, using: sealKey, authenticating: bound),
                let record = try? JSONDecoder().decode(Record.self, from: octets),
                let kind = Submitter.Kind(rawValue: record.kind), let address = Mailbox(record.address),
                record.status.count == 3
            else {
                throw ContactStoreError.unusable(
                    cause: """
                        a suppressed address in outgoing.sqlite is damaged, or sealed with another queue.key. Restore the file \
                        from the same backup as the key; or forget them all with sqlite3: DELETE FROM suppressed
                        """)
            }
            return SuppressedAddress(
                submitter: Submitter(kind, name: record.account), address: address,
                status: EnhancedStatusCode(
                    UInt8(truncatingIfNeeded: record.status[0]), record.status[1], record.status[2]),
                since: record.since, expires: record.expires, isByHand: record.isByHand)
        }
    }
#endif
