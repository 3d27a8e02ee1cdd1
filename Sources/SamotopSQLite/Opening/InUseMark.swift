#if SQLite
    import SamotopContacts

    /// A file that is there as long as the write-ahead log has to be: without it SQLite would go on, silently, with what the
    /// file held before. It comes after the log, and goes before it.
    struct InUseMark: Sendable {
        private let path: String

        /// Refuses when a log has to be there and isn't.
        static func requireLog(_ files: StoreFiles) throws(ContactStoreError) {
            guard SystemFile.exists(files.mark), !SystemFile.exists(files.log) else { return }
            throw .unusable(
                cause: """
                    \(files.log) is missing, and with it what was written last. Restore it, or \(files.database) with its \
                    backup; then, or if you know that all was moved into it (by sqlite3, for example), remove \(files.mark)
                    """)
        }

        /// Leaves the mark; the log is there.
        init(_ files: StoreFiles) throws(ContactStoreError) {
            path = files.mark
            if !SystemFile.exists(path) { try SystemFile.create(path) }
        }

        func remove() { SystemFile.remove(path) }
    }
#endif
