#if SQLite
    import GRDB

    /// The tables, version by version. What was once released is never changed, only followed by another step.
    enum Schema {
        /// “SmTp”: what `file(1)` and we know our files by.
        static let applicationID: Int32 = 0x536D_5470

        /// The version that this build makes and understands.
        static var version: Int { steps.count }

        /// Step n makes version n + 1 of version n.
        static let steps: [String] = [tables + counters, peopleOfTheAudit, domainsOfPasses]

        /// Whose an address for one purpose is.
        private static let domainsOfPasses = "ALTER TABLE passes ADD COLUMN domain TEXT;"

        private static let tables = """
            CREATE TABLE facts (name TEXT NOT NULL PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;

            CREATE TABLE contacts (
                number INTEGER PRIMARY KEY,
                id TEXT NOT NULL UNIQUE,
                owner TEXT NOT NULL,
                kind TEXT NOT NULL,
                correspondent BLOB NOT NULL,
                -- What follows the @ of an address; all of a domain or list.
                domain BLOB NOT NULL,
                -- The display name, then the correspondent, in lower case: the order of names.
                called BLOB NOT NULL,
                state TEXT NOT NULL,
                anchor_kind TEXT NOT NULL,
                anchor TEXT NOT NULL,
                proofs TEXT NOT NULL,
                -- Nanoseconds since 1970, as all times.
                first_seen INTEGER NOT NULL,
                last_seen INTEGER NOT NULL,
                attempts INTEGER NOT NULL,
                delivered INTEGER NOT NULL,
                -- The latest try; all NULL: there was none.
                request_time INTEGER,
                recipient TEXT,
                reverse_path TEXT,
                display_name TEXT,
                subject TEXT,
                network TEXT,
                client_name TEXT,
                hello TEXT,
                evidence BLOB,
                held BLOB,
                -- The latest decision; all NULL: there was none.
                decided_at INTEGER,
                decided_from TEXT,
                decided_state TEXT,
                decided_by TEXT,
                decided_note TEXT,
                UNIQUE (owner, kind, correspondent)
            ) STRICT;
            CREATE INDEX contacts_latest ON contacts (owner, state, last_seen DESC, id);
            CREATE INDEX waiting_domain ON contacts (owner, domain) WHERE state = 'waiting';
            CREATE INDEX waiting_network ON contacts (owner, network) WHERE state = 'waiting';
            CREATE INDEX waiting_since ON contacts (first_seen) WHERE state = 'waiting';

            CREATE TABLE greylist (
                high INTEGER NOT NULL,
                low INTEGER NOT NULL,
                first_seen INTEGER NOT NULL,
                last_seen INTEGER NOT NULL,
                tries INTEGER NOT NULL,
                passed INTEGER NOT NULL,
                PRIMARY KEY (high, low)
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX greylist_unseen ON greylist (passed > 0, last_seen);

            CREATE TABLE audit (
                number INTEGER PRIMARY KEY,
                time INTEGER NOT NULL,
                envelope TEXT NOT NULL,
                owner TEXT,
                -- NULL: not kept in a form that can be read.
                sender TEXT,
                stage TEXT NOT NULL,
                judge TEXT NOT NULL,
                verdict TEXT NOT NULL,
                cause TEXT NOT NULL
            ) STRICT;
            CREATE INDEX audit_envelope ON audit (envelope);
            CREATE INDEX audit_time ON audit (time);

            -- Keyed hashes of a sender, its domain and those above it.
            CREATE TABLE audit_senders (
                hash INTEGER NOT NULL,
                owner TEXT NOT NULL,
                number INTEGER NOT NULL,
                PRIMARY KEY (hash, owner, number)
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX audit_senders_number ON audit_senders (number);
            CREATE TRIGGER audit_removed AFTER DELETE ON audit BEGIN
                DELETE FROM audit_senders WHERE number = old.number;
            END;

            CREATE TABLE policies (
                owner TEXT NOT NULL,
                address TEXT NOT NULL,
                strangers TEXT NOT NULL,
                patience INTEGER NOT NULL,
                unanswered TEXT NOT NULL,
                takes_subject INTEGER NOT NULL,
                shares_decisions INTEGER NOT NULL,
                PRIMARY KEY (owner, address)
            ) STRICT, WITHOUT ROWID;

            CREATE TABLE passes (
                owner TEXT NOT NULL,
                word TEXT NOT NULL,
                kind TEXT NOT NULL,
                note TEXT NOT NULL,
                created INTEGER NOT NULL,
                expires INTEGER,
                revoked INTEGER,
                uses INTEGER NOT NULL,
                last_used INTEGER,
                PRIMARY KEY (owner, word)
            ) STRICT, WITHOUT ROWID;

            """

        /// Counts that the limits ask for at each stranger. Triggers keep them, so that whoever writes can't forget to.
        private static let counters = """
            CREATE TABLE totals (name TEXT NOT NULL PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
            INSERT INTO totals VALUES ('revision', 0), ('waiting', 0), ('greylist', 0), ('audit', 0);

            CREATE TABLE tallies (
                owner TEXT NOT NULL,
                state TEXT NOT NULL,
                count INTEGER NOT NULL,
                PRIMARY KEY (owner, state)
            ) STRICT, WITHOUT ROWID;

            CREATE TRIGGER contact_added AFTER INSERT ON contacts BEGIN
                INSERT INTO tallies VALUES (new.owner, new.state, 1) ON CONFLICT DO UPDATE SET count = count + 1;
                UPDATE totals SET value = value + 1 WHERE name = 'waiting' AND new.state = 'waiting';
                UPDATE totals SET value = value + 1 WHERE name = 'revision';
            END;
            CREATE TRIGGER contact_removed AFTER DELETE ON contacts BEGIN
                UPDATE tallies SET count = count - 1 WHERE owner = old.owner AND state = old.state;
                DELETE FROM tallies WHERE owner = old.owner AND state = old.state AND count = 0;
                UPDATE totals SET value = value - 1 WHERE name = 'waiting' AND old.state = 'waiting';
                UPDATE totals SET value = value + 1 WHERE name = 'revision';
            END;
            CREATE TRIGGER contact_changed AFTER UPDATE ON contacts BEGIN
                UPDATE totals SET value = value + 1 WHERE name = 'revision';
            END;
            CREATE TRIGGER contact_moved AFTER UPDATE OF state ON contacts WHEN new.state <> old.state BEGIN
                UPDATE tallies SET count = count - 1 WHERE owner = old.owner AND state = old.state;
                DELETE FROM tallies WHERE owner = old.owner AND state = old.state AND count = 0;
                INSERT INTO tallies VALUES (new.owner, new.state, 1) ON CONFLICT DO UPDATE SET count = count + 1;
                UPDATE totals SET value = value - 1 WHERE name = 'waiting' AND old.state = 'waiting';
                UPDATE totals SET value = value + 1 WHERE name = 'waiting' AND new.state = 'waiting';
            END;

            CREATE TRIGGER greylist_added AFTER INSERT ON greylist BEGIN
                UPDATE totals SET value = value + 1 WHERE name = 'greylist';
            END;
            CREATE TRIGGER greylist_removed AFTER DELETE ON greylist BEGIN
                UPDATE totals SET value = value - 1 WHERE name = 'greylist';
            END;
            CREATE TRIGGER audit_added AFTER INSERT ON audit BEGIN
                UPDATE totals SET value = value + 1 WHERE name = 'audit';
            END;
            CREATE TRIGGER audit_uncounted AFTER DELETE ON audit BEGIN
                UPDATE totals SET value = value - 1 WHERE name = 'audit';
            END;
            """

        /// A sender's hashes once for all its entries, not with each: an entry then costs three rows instead of seven. What was there
        /// keeps a person for each entry. The entries' number is the order of their time, and they leave from its lower end, so that
        /// neither needs a table of its own.
        private static let peopleOfTheAudit = """
            DROP TRIGGER audit_removed;
            DROP TRIGGER audit_added;
            DROP TRIGGER audit_uncounted;
            DROP INDEX audit_time;
            DELETE FROM totals WHERE name = 'audit';

            -- Who sent something; the keyed hash of the whole address, NULL for whom version 1 knew.
            CREATE TABLE audit_people (number INTEGER PRIMARY KEY, hash INTEGER UNIQUE) STRICT;
            INSERT INTO audit_people SELECT DISTINCT number, NULL FROM audit_senders;

            -- Keyed hashes of the address, its domain and those above it.
            CREATE TABLE audit_names (
                hash INTEGER NOT NULL,
                person INTEGER NOT NULL,
                PRIMARY KEY (hash, person)
            ) STRICT, WITHOUT ROWID;
            INSERT INTO audit_names SELECT DISTINCT hash, number FROM audit_senders;
            CREATE INDEX audit_names_person ON audit_names (person);
            DROP TABLE audit_senders;

            ALTER TABLE audit ADD COLUMN person INTEGER NOT NULL DEFAULT 0;
            UPDATE audit SET person = number;
            CREATE INDEX audit_person ON audit (person, owner, number);

            CREATE TRIGGER audit_removed AFTER DELETE ON audit BEGIN
                DELETE FROM audit_people WHERE number = old.person
                AND NOT EXISTS (SELECT 1 FROM audit WHERE person = old.person);
            END;
            CREATE TRIGGER audit_person_removed AFTER DELETE ON audit_people BEGIN
                DELETE FROM audit_names WHERE person = old.number;
            END;
            """
    }
#endif
