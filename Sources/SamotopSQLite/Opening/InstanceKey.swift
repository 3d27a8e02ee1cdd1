#if SQLite
    import SamotopContacts

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

        /// Writes the file, which must not be there; durable on return.
        func create(_ files: StoreFiles) throws(ContactStoreError) { try SystemFile.create(files.key, bytes) }

        /// What the database remembers the key by; the key can't be told from it.
        var checkValue: [UInt8] { Self.octets(hash(for: "key check", [])) }

        /// 128 bits of a keyed hash. Hashes for one purpose say nothing about those for another.
        func hash(for purpose: String, _ octets: some Sequence<UInt8>) -> (high: UInt64, low: UInt64) {
            // First half: the keys of the purposes. Second half: part of what is hashed, so that all of the key counts.
            let own = SipHash.hash(key: bytes.prefix(16), Array(purpose.utf8) + [0] + bytes.suffix(16))
            return SipHash.hash(key: Self.octets(own)[...], Array(octets))
        }

        private static func octets(_ hash: (high: UInt64, low: UInt64)) -> [UInt8] {
            [hash.high, hash.low].flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (56 - 8 * $0)) } }
        }
    }
#endif
