#if SQLite
    import SamotopContacts

    /// Where a file that stores share is, and what belongs to it.
    struct StoreFiles: Sendable {
        /// The state folder.
        let folder: String
        var kind = StoreKind.contacts

        var database: String { "\(folder)/\(kind.name).sqlite" }
        /// SQLite's write-ahead log: what was written last.
        var log: String { "\(database)-wal" }
        /// The file of a first start that isn't done yet.
        var unfinished: String { "\(database).new" }
        /// Says that the file is in use, or was when the process died.
        var mark: String { "\(database).open" }
        var key: String { "\(folder)/instance.key" }
        /// Says, as long as the folder lives, that the file was made: a lost one isn't replaced by an empty one.
        var witness: String { kind.hasKey ? key : "\(database).made" }

        /// A copy from before the change to this version of the tables.
        func backup(before version: Int) -> String { "\(database).before-v\(version)" }

        /// The newest copy that there is.
        var newestBackup: String? {
            (1...kind.steps.count).reversed().map(backup).first(where: SystemFile.exists)
        }

        /// What someone can do about a file that can't be used.
        var advice: String {
            let copy = newestBackup.map { ", for example from \($0)" } ?? ""
            return """
                stop samotop, keep a copy of \(database) and \(log), and restore \(database) from a backup\(copy); \
                or save what can be read with: sqlite3 \(database) .recover
                """
        }

        /// Whether anything says that there were stores here once, though the file is missing.
        var hasTraces: Bool {
            SystemFile.exists(witness) || SystemFile.exists(log) || SystemFile.exists(mark) || newestBackup != nil
        }
    }
#endif
