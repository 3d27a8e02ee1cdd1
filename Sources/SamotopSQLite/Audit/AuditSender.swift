#if SQLite
    import SamotopContacts

    /// Whom an entry is found by: the sender, its domain and the domains above it, as keyed hashes.
    struct AuditSender: Sendable {
        /// A name has no more levels than that; who makes up more is found by the upper ones.
        private static let levels = 8

        private let keyedHash: KeyedHash

        init(_ key: InstanceKey) { keyedHash = key.keyedHash(for: "audit") }

        /// The hash of an address or domain, case of ASCII letters ignored.
        func hash(_ correspondent: String) -> Int64 { hash(correspondent.foldedOctets[...]) }

        /// All that an entry with this sender is found by.
        func hashes(_ sender: String) -> Set<Int64> {
            let octets = sender.foldedOctets
            let at = octets.lastIndex(of: UInt8(ascii: "@"))
            let domain = octets[(at.map { $0 + 1 } ?? 0)...]
            let starts = [domain.startIndex] + domain.indices.filter { domain[$0] == UInt8(ascii: ".") }.map { $0 + 1 }
            let domains = starts.suffix(Self.levels).map { domain[$0...] } + [domain]
            return Set([hash(octets[...])] + domains.filter { !$0.isEmpty }.map(hash))
        }

        private func hash(_ octets: ArraySlice<UInt8>) -> Int64 {
            // Half of it: two of a million names share one with a chance of one in ten million.
            Int64(bitPattern: keyedHash.key([Array(octets)]).low)
        }
    }
#endif
