#if SQLite
    /// Files of stores in a state folder that keep names readable, for whoever wants them sealed and doesn't open them.
    public enum ReadableFiles {
        /// Stores that share a file.
        public enum Stores: Sendable, Hashable {
            /// Who may write to whom.
            case contacts
            /// What is known of the servers that mail goes out to.
            case outgoing
            /// What is counted of arriving mail. It is never sealed.
            case reports

            var kind: StoreKind {
                switch self {
                case .contacts: .contacts
                case .outgoing: .outgoing
                case .reports: .reports
                }
            }
        }

        /// The paths of the file, and of copies from before changes of its tables, as far as they are there and not sealed. What
        /// can't be read counts as readable. Blocks.
        public static func paths(of stores: Stores, in folder: String) -> [String] {
            let files = StoreFiles(folder: folder, kind: stores.kind)
            let copies = (1...max(1, files.kind.steps.count)).map { files.backup(before: $0) }
            return ([files.database] + copies + copies.map { "\($0).new" }).filter { path in
                guard SystemFile.exists(path) else { return false }
                let found = try? NameConversion.found(in: path)
                return (found ?? 0) == 0
            }
        }
    }
#endif
