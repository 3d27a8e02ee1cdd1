#if SQLite
    /// The tables of `reports.sqlite`, version by version. What was once released is never changed, only followed by another step.
    enum ReportSchema {
        /// “SmTr”.
        static let applicationID: Int32 = 0x536D_5472

        /// Step n makes version n + 1 of version n.
        static let steps: [String] = [
            """
            CREATE TABLE totals (name TEXT NOT NULL PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
            INSERT INTO totals VALUES
                ('revision', 0), ('dmarc_rows', 0), ('dmarc_octets', 0), ('received', 0), ('received_octets', 0);

            -- What arrived in the name of a domain in a day, by rows of reports. Names of domains are in lower case; times are
            -- seconds since 1970; rows and reports are JSON.
            CREATE TABLE dmarc_rows (
                number INTEGER PRIMARY KEY,
                begin INTEGER NOT NULL,
                domain BLOB NOT NULL,
                -- Of the row: finds it without comparing it to all others.
                digest INTEGER NOT NULL,
                row BLOB NOT NULL,
                count INTEGER NOT NULL
            ) STRICT;
            CREATE INDEX dmarc_rows_day ON dmarc_rows (begin, domain, digest);

            -- Reports that came in from others.
            CREATE TABLE received (
                number INTEGER PRIMARY KEY AUTOINCREMENT,
                key BLOB NOT NULL UNIQUE,
                kind TEXT NOT NULL,
                received INTEGER NOT NULL,
                proven INTEGER NOT NULL,
                report BLOB NOT NULL
            ) STRICT;
            CREATE INDEX received_newest ON received (received, number);
            CREATE INDEX received_leaving ON received (proven, received, number);

            CREATE TRIGGER dmarc_row_added AFTER INSERT ON dmarc_rows BEGIN
                UPDATE totals SET value = value + 1 WHERE name = 'dmarc_rows';
                UPDATE totals SET value = value + length(new.row) WHERE name = 'dmarc_octets';
            END;
            CREATE TRIGGER dmarc_row_removed AFTER DELETE ON dmarc_rows BEGIN
                UPDATE totals SET value = value - 1 WHERE name = 'dmarc_rows';
                UPDATE totals SET value = value - length(old.row) WHERE name = 'dmarc_octets';
            END;
            CREATE TRIGGER received_added AFTER INSERT ON received BEGIN
                UPDATE totals SET value = value + 1 WHERE name = 'received';
                UPDATE totals SET value = value + length(new.report) WHERE name = 'received_octets';
            END;
            CREATE TRIGGER received_changed AFTER UPDATE OF report ON received BEGIN
                UPDATE totals SET value = value + length(new.report) - length(old.report) WHERE name = 'received_octets';
            END;
            CREATE TRIGGER received_removed AFTER DELETE ON received BEGIN
                UPDATE totals SET value = value - 1 WHERE name = 'received';
                UPDATE totals SET value = value - length(old.report) WHERE name = 'received_octets';
            END;
            """
        ]
    }
#endif
