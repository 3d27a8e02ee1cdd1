#if SQLite
    /// The tables of `directory.sqlite`, version by version. What was once released is never changed, only followed by another step.
    enum DirectorySchema {
        /// “SmTd”.
        static let applicationID: Int32 = 0x536D_5464

        /// Step n makes version n + 1 of version n.
        static let steps: [String] = [
            """
            CREATE TABLE totals (name TEXT NOT NULL PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
            INSERT INTO totals VALUES ('revision', 0), ('edits', 0), ('addresses', 0);

            CREATE TABLE addresses (
                -- Both in lower case.
                domain TEXT NOT NULL,
                local_part TEXT NOT NULL,
                kind TEXT NOT NULL CHECK (kind IN ('mailbox', 'alias', 'nobody')),
                -- Of an alias: addresses, with a space between them.
                targets TEXT NOT NULL,
                PRIMARY KEY (domain, local_part)
            ) STRICT, WITHOUT ROWID;

            CREATE TRIGGER address_added AFTER INSERT ON addresses BEGIN
                UPDATE totals SET value = value + 1 WHERE name IN ('edits', 'addresses');
            END;
            CREATE TRIGGER address_removed AFTER DELETE ON addresses BEGIN
                UPDATE totals SET value = value + 1 WHERE name = 'edits';
                UPDATE totals SET value = value - 1 WHERE name = 'addresses';
            END;
            CREATE TRIGGER address_changed AFTER UPDATE ON addresses BEGIN
                UPDATE totals SET value = value + 1 WHERE name = 'edits';
            END;
            """
        ]
    }
#endif
