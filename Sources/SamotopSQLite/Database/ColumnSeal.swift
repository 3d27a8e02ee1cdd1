#if SQLite
    import Crypto
    import Foundation
    import GRDB
    import SamotopContacts

    /// How columns that name people, or whom they write to, are kept: as they are, or sealed.
    ///
    /// Sealed is AES-256-GCM whose nonce is made of a keyed hash (HMAC-SHA256) of column and octets. So the same octets in the same
    /// column are the same on the disk, which is what finds them again; nothing else can be told from them but their length. SQLite
    /// itself opens what it has to search or sort by the function ``function``.
    struct ColumnSeal: Sendable {
        private struct Keys: Sendable {
            let nonces: SymmetricKey
            let seals: SymmetricKey
            let mark: Int64
        }

        /// Nil: nothing is sealed.
        private let keys: Keys?

        /// Columns as they are.
        static let none = ColumnSeal(keys: nil)

        private init(keys: Keys?) { self.keys = keys }

        /// - Parameter key: 32 octets.
        init(key: [UInt8]) {
            let input = SymmetricKey(data: key)
            func derived(_ purpose: String) -> SymmetricKey {
                HKDF<SHA256>.deriveKey(
                    inputKeyMaterial: input, info: Data("samotop columns \(purpose)".utf8), outputByteCount: 32)
            }
            let mark = derived("mark").withUnsafeBytes { $0.prefix(8).reduce(0 as UInt64) { $0 << 8 | UInt64($1) } }
            keys = Keys(nonces: derived("nonces"), seals: derived("seals"), mark: max(1, Int64(mark >> 1)))
        }

        var isSealing: Bool { keys != nil }

        /// What a file remembers the key by, which can't be told from it. 0: nothing is sealed.
        var mark: Int64 { keys?.mark ?? 0 }

        // MARK: Values

        func sealed(_ octets: [UInt8], _ column: StaticString) throws -> Data {
            guard let keys else { return octets.blob }
            let name = column.withUTF8Buffer { Data($0) }
            var input = name
            input.append(0)
            input.append(contentsOf: octets)
            let hash = HMAC<SHA256>.authenticationCode(for: input, using: keys.nonces)
            let nonce = try AES.GCM.Nonce(data: Data(hash.prefix(12)))
            guard
                let combined = try AES.GCM.seal(octets, using: keys.seals, nonce: nonce, authenticating: name).combined
            else { throw ContactStoreError.failed(cause: "a column can't be sealed") }
            return combined
        }

        func opened(_ stored: [UInt8], _ column: StaticString) throws -> [UInt8] {
            guard let keys else { return stored }
            let name = column.withUTF8Buffer { Data($0) }
            guard let box = try? AES.GCM.SealedBox(combined: stored),
                let octets = try? AES.GCM.open(box, using: keys.seals, authenticating: name)
            else {
                throw ContactStoreError.unusable(
                    cause: """
                        a sealed column can't be opened: the file is damaged, or queue.key is another one; restore both
                        """)
            }
            return Array(octets)
        }

        /// The same for columns of text: base64.
        func sealed(_ text: String, _ column: StaticString) throws -> String {
            isSealing ? try sealed(Array(text.utf8), column).base64EncodedString() : text
        }

        func opened(_ stored: String, _ column: StaticString) throws -> String {
            guard isSealing else { return stored }
            return String(decoding: try opened([UInt8](Data(base64Encoded: stored) ?? Data()), column), as: UTF8.self)
        }

        func sealed(ifAny text: String?, _ column: StaticString) throws -> String? {
            try text.map { try sealed($0, column) }
        }

        func opened(ifAny stored: String?, _ column: StaticString) throws -> String? {
            try stored.map { try opened($0, column) }
        }

        // MARK: In statements

        /// A column of octets as a statement searches or sorts by it.
        func readable(_ column: String) -> String { isSealing ? "opened(\(column), '\(column)')" : column }

        /// `opened(column, name)`, for columns of octets. What can't be opened is NULL, and found by nobody.
        var function: DatabaseFunction? {
            guard let keys else { return nil }
            return DatabaseFunction("opened", argumentCount: 2, pure: true) { values in
                guard values.count == 2, let stored = Data.fromDatabaseValue(values[0]),
                    let name = String.fromDatabaseValue(values[1]), let box = try? AES.GCM.SealedBox(combined: stored)
                else { return nil }
                return try? AES.GCM.open(box, using: keys.seals, authenticating: Data(name.utf8))
            }
        }
    }
#endif
