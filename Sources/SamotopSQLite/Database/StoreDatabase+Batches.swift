#if SQLite
    import GRDB

    extension StoreDatabase {
        /// Removes until a batch isn't full: one large transaction would keep all others waiting.
        ///
        /// - Parameter remove: removes at most `size` rows, and returns how many.
        func inBatches(of size: Int, _ remove: @escaping @Sendable (Database) throws -> Int) async throws -> Int {
            var removed = 0
            while true {
                let count = try await write(remove)
                removed += count
                if count < size { return removed }
            }
        }
    }
#endif
