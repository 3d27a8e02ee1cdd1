#if SQLite
    /// Whether what names people, and the servers of those whom they write to, is kept readable in a file or sealed.
    ///
    /// A file says itself how it is kept. Who may change that is the server, when it starts; a command meanwhile goes by what it finds.
    public struct NameKeeping: Sendable, Hashable {
        /// 32 octets, for what is sealed, or was; nil: a file that is sealed can't be opened.
        public var key: [UInt8]?
        /// How a new file is kept, and with ``converts`` each.
        public var seals: Bool
        /// A file that is kept otherwise is written anew. Nobody else may have it open.
        public var converts: Bool
        /// With ``converts``: the audit of a file that is written anew is removed, not taken over.
        public var dropsAudit: Bool

        /// A way of keeping.
        public init(key: [UInt8]? = nil, seals: Bool = false, converts: Bool = false, dropsAudit: Bool = false) {
            self.key = key
            self.seals = seals
            self.converts = converts
            self.dropsAudit = dropsAudit
        }

        /// The seal that a file needs whose check value is this; nil: another key's.
        func seal(found check: Int64) -> ColumnSeal? {
            guard check != 0 else { return ColumnSeal.none }
            guard let key else { return nil }
            let seal = ColumnSeal(key: key)
            return seal.mark == check ? seal : nil
        }

        /// The seal that is wished for.
        var wanted: ColumnSeal { seals ? key.map { ColumnSeal(key: $0) } ?? .none : .none }
    }
#endif
