#if SQLite
    /// The tables of `outgoing.sqlite`, version by version. What was once released is never changed, only followed by another
    /// step.
    enum OutgoingSchema {
        /// “SmTo”.
        static let applicationID: Int32 = 0x536D_546F

        /// Step n makes version n + 1 of version n.
        static let steps: [String] = [tables + counters, suppressed]

        private static let tables = """
            CREATE TABLE totals (name TEXT NOT NULL PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
            INSERT INTO totals VALUES
                ('revision', 0), ('peers', 0), ('peers_octets', 0), ('policies', 0), ('policies_octets', 0),
                ('report_policies', 0), ('report_octets', 0);

            -- Names of domains are in lower case, in presentation form; times are seconds since 1970; records are JSON.
            CREATE TABLE peers (
                number INTEGER PRIMARY KEY,
                domain BLOB NOT NULL UNIQUE,
                last_seen INTEGER NOT NULL,
                level INTEGER NOT NULL,
                decided INTEGER NOT NULL,
                record BLOB NOT NULL
            ) STRICT;
            CREATE INDEX peers_least ON peers (decided, level, last_seen, domain);
            CREATE INDEX peers_unseen ON peers (last_seen) WHERE decided = 0;

            CREATE TABLE policies (
                number INTEGER PRIMARY KEY,
                domain BLOB NOT NULL UNIQUE,
                fetched INTEGER NOT NULL,
                expires INTEGER NOT NULL,
                -- Whether there is a policy; else only a try is remembered.
                has_policy INTEGER NOT NULL,
                record BLOB NOT NULL
            ) STRICT;
            CREATE INDEX policies_fetched ON policies (fetched, domain) WHERE has_policy = 1;
            CREATE INDEX policies_expires ON policies (expires, domain);

            -- What sessions of a domain and day were held against, and how many there were.
            CREATE TABLE report_policies (
                number INTEGER PRIMARY KEY,
                begin INTEGER NOT NULL,
                domain BLOB NOT NULL,
                policy BLOB NOT NULL,
                successes INTEGER NOT NULL,
                failed INTEGER NOT NULL
            ) STRICT;
            CREATE INDEX report_policies_day ON report_policies (begin, domain);

            CREATE TABLE report_failures (
                policy INTEGER NOT NULL,
                failure BLOB NOT NULL,
                count INTEGER NOT NULL,
                PRIMARY KEY (policy, failure)
            ) STRICT, WITHOUT ROWID;

            """

        /// Addresses to which an account's mail isn't sent. Account and address are keyed hashes; the record is sealed.
        private static let suppressed = """
            CREATE TABLE suppressed (
                number INTEGER PRIMARY KEY,
                account BLOB NOT NULL,
                address BLOB NOT NULL,
                since INTEGER NOT NULL,
                expires INTEGER NOT NULL,
                record BLOB NOT NULL,
                UNIQUE (account, address)
            ) STRICT;
            CREATE INDEX suppressed_address ON suppressed (address);
            CREATE INDEX suppressed_since ON suppressed (since);
            CREATE INDEX suppressed_account_since ON suppressed (account, since);
            CREATE INDEX suppressed_expires ON suppressed (expires);

            """

        /// What the limits ask for at each write. Triggers keep it, so that whoever writes can't forget to.
        private static let counters = """
            CREATE TRIGGER peer_added AFTER INSERT ON peers BEGIN
                UPDATE totals SET value = value + 1 WHERE name = 'peers';
                UPDATE totals SET value = value + length(new.record) WHERE name = 'peers_octets';
            END;
            CREATE TRIGGER peer_changed AFTER UPDATE OF record ON peers BEGIN
                UPDATE totals SET value = value + length(new.record) - length(old.record) WHERE name = 'peers_octets';
            END;
            CREATE TRIGGER peer_removed AFTER DELETE ON peers BEGIN
                UPDATE totals SET value = value - 1 WHERE name = 'peers';
                UPDATE totals SET value = value - length(old.record) WHERE name = 'peers_octets';
            END;

            CREATE TRIGGER policy_added AFTER INSERT ON policies BEGIN
                UPDATE totals SET value = value + 1 WHERE name = 'policies';
                UPDATE totals SET value = value + length(new.record) WHERE name = 'policies_octets';
            END;
            CREATE TRIGGER policy_changed AFTER UPDATE OF record ON policies BEGIN
                UPDATE totals SET value = value + length(new.record) - length(old.record) WHERE name = 'policies_octets';
            END;
            CREATE TRIGGER policy_removed AFTER DELETE ON policies BEGIN
                UPDATE totals SET value = value - 1 WHERE name = 'policies';
                UPDATE totals SET value = value - length(old.record) WHERE name = 'policies_octets';
            END;

            CREATE TRIGGER report_policy_added AFTER INSERT ON report_policies BEGIN
                UPDATE totals SET value = value + 1 WHERE name = 'report_policies';
                UPDATE totals SET value = value + length(new.policy) WHERE name = 'report_octets';
            END;
            CREATE TRIGGER report_policy_removed AFTER DELETE ON report_policies BEGIN
                UPDATE totals SET value = value - 1 WHERE name = 'report_policies';
                UPDATE totals SET value = value - length(old.policy) WHERE name = 'report_octets';
                DELETE FROM report_failures WHERE policy = old.number;
            END;
            CREATE TRIGGER report_failure_added AFTER INSERT ON report_failures BEGIN
                UPDATE totals SET value = value + length(new.failure) WHERE name = 'report_octets';
            END;
            CREATE TRIGGER report_failure_removed AFTER DELETE ON report_failures BEGIN
                UPDATE totals SET value = value - length(old.failure) WHERE name = 'report_octets';
            END;
            """
    }
#endif
