#if SQLite
    public import SamotopContacts

    /// 32 random octets that belong to one state folder: what is kept as a keyed hash says nothing without them.
    ///
    /// They are in a file of their own, so that a copy of the database alone tells nobody who wrote to whom.
    public struct InstanceKey: Sendable {
        /// The octets.
        public let bytes: [UInt8]

        static let size = 32

        /// A new one from the system's random number generator.
        static func random() -> InstanceKey {
            var generator = SystemRandomNumberGenerator()
            return InstanceKey(bytes: (0..<size).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
        }

        private init(bytes: [UInt8]) { self.bytes = bytes }

        /// Reads the file; refuses one that others may read, or that isn't a key.
        init(_ files: StoreFiles) throws(ContactStoreError) {
            guard SystemFile.exists(files.key) else {
                throw .unusable(
                    cause: """
                        \(files.key) is missing: what is kept in \(files.database) as keyed hashes can't be found without it. \
                        Restore it from the same backup as the database
                        """)
            }
            try SystemFile.requirePrivate(files.key)
            bytes = try SystemFile.read(files.key, limit: Self.size)
            guard bytes.count == Self.size else {
                throw .unusable(cause: "\(files.key) isn't a key of \(Self.size) octets; restore it from a backup")
            }
        }

        /// Writes the file, which must not be there: whole or not at all; durable on return.
        func create(_ files: StoreFiles) throws(ContactStoreError) {
            let unfinished = "\(files.key).new"
            SystemFile.remove(unfinished)
            try SystemFile.create(unfinished, bytes)
            defer { SystemFile.remove(unfinished) }
            try SystemFile.link(unfinished, as: files.key)
        }

        /// What the database remembers the key by; the key can't be told from it.
        var checkValue: [UInt8] { Self.octets(keyedHash(for: "key check").key([])) }

        /// Hashes for one purpose, `greylist` for example: they say nothing about those for another.
        public func keyedHash(for purpose: String) -> KeyedHash {
            // First half: the key. Second half: part of what is hashed, so that all of it counts.
            let own = KeyedHash(key: Array(bytes.prefix(16))).key([Array(purpose.utf8), Array(bytes.suffix(16))])
            return KeyedHash(key: Self.octets(own))
        }

        private static func octets(_ hash: GreylistKey) -> [UInt8] {
            [hash.high, hash.low].flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (56 - 8 * $0)) } }
        }
    }
#endif
