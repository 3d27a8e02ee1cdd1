#if SQLite
    import Foundation
    import GRDB
    import NameResolution
    import SamotopContacts

    /// Bounds of a table of records.
    struct RecordLimits: Sendable {
        /// Records.
        let maximum: Int
        /// Octets of all records.
        let octets: Int
        /// Octets of one.
        let record: Int
    }

    /// What the tables with one record for each domain have in common: columns `number`, `domain` and `record`, the last in JSON,
    /// and counts in `totals`.
    struct RecordTable: Sendable {
        /// Records that one transaction removes at most, so that other writes don't wait for long.
        static let batch = 500

        let name: String
        /// Which leave first when there are too many: columns to order by.
        let leaving: String
        let limits: RecordLimits
        let seal: ColumnSeal

        /// What a domain's record is found by.
        func key(_ domain: DNSName) throws -> Data { try seal.sealed([UInt8](DomainColumn.stored(domain)), "domain") }

        /// The record of a domain; one that can't be read is an error, not none.
        func record<Record: Decodable>(
            of domain: DNSName, _ database: Database, _ type: Record.Type = Record.self
        ) throws -> Record? {
            let statement = try database.cachedStatement(sql: "SELECT number, record FROM \(name) WHERE domain = ?")
            return try Row.fetchOne(statement, arguments: [try key(domain)]).map { row in
                try decoded(row, type)
            }
        }

        /// The record in a row of `number` and `record`.
        func decoded<Record: Decodable>(_ row: Row, _ type: Record.Type = Record.self) throws -> Record {
            var columns = ColumnReader(row)
            let number = try columns.next(Int64.self)
            do {
                return try JSONDecoder().decode(type, from: Data(seal.opened(columns.bytes(), "record")))
            } catch { throw Self.damaged(number, of: name) }
        }

        /// Names no domain: whose mail was for it isn't told by errors.
        private static func damaged(_ number: Int64, of table: String) -> ContactStoreError {
            .unusable(
                cause: """
                    record \(number) of \(table) in outgoing.sqlite is damaged. Restore the file from a backup; or see whose it \
                    is, and forget what was known, with sqlite3: SELECT domain FROM \(table) WHERE number = \(number); \
                    DELETE FROM \(table) WHERE number = \(number)
                    """)
        }

        /// The record in JSON, when it isn't too long.
        func encoded(_ record: some Encodable) throws -> Data {
            try seal.sealed([UInt8](try StoredJSON.encoded(record, limit: limits.record)), "record")
        }

        func remove(_ domain: DNSName, _ database: Database) throws {
            try database.cachedStatement(sql: "DELETE FROM \(name) WHERE domain = ?")
                .execute(arguments: [try key(domain)])
        }

        /// Removes what is too much, but for one domain; at most one batch.
        func shrink(keeping domain: DNSName, _ database: Database) throws {
            for _ in 0..<Self.batch {
                let count = try StoredTotal.value(name, database)
                let octets = try StoredTotal.value("\(name)_octets", database)
                guard count > max(1, limits.maximum) || octets > limits.octets else { return }
                try database.cachedStatement(
                    sql: """
                        DELETE FROM \(name) WHERE number =
                        (SELECT number FROM \(name) WHERE domain <> ? ORDER BY \(leaving) LIMIT 1)
                        """
                ).execute(arguments: [try key(domain)])
                guard database.changesCount > 0 else { return }
            }
        }
    }

    /// Counts that triggers keep.
    enum StoredTotal {
        static func value(_ name: String, _ database: Database) throws -> Int {
            let statement = try database.cachedStatement(sql: "SELECT value FROM totals WHERE name = ?")
            return try Int.fetchOne(statement, arguments: [name]) ?? 0
        }
    }

    /// Values as JSON, the same value always in the same octets.
    enum StoredJSON {
        static func encoded(_ value: some Encodable, limit: Int) throws -> Data {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            let data = try encoder.encode(value)
            guard data.count <= limit else {
                throw ContactStoreError.insufficientStorage(
                    cause: "a record of \(data.count) octets; \(limit) are kept at most")
            }
            return data
        }
    }
#endif
