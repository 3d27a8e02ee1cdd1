#if SQLite
    import Foundation
    import GRDB
    import SamotopContacts
    import SamotopCore

    /// Reads the columns of a row in their order. What a column can't be is an error, never a trap: the file may be damaged.
    struct ColumnReader {
        private let row: Row
        private var index = 0

        init(_ row: Row) { self.row = row }

        /// The next column, which isn't NULL.
        mutating func next<Value: DatabaseValueConvertible>(_ type: Value.Type = Value.self) throws -> Value {
            guard let value: Value = try optional() else { throw Self.damaged(index - 1) }
            return value
        }

        /// The next column; nil for NULL.
        mutating func optional<Value: DatabaseValueConvertible>(_ type: Value.Type = Value.self) throws -> Value? {
            guard index < row.count else { throw Self.damaged(index) }
            let stored: DatabaseValue = row[index]
            index += 1
            if stored.isNull { return nil }
            guard let value = Value.fromDatabaseValue(stored) else { throw Self.damaged(index - 1) }
            return value
        }

        mutating func skip(_ count: Int) { index += count }

        mutating func bytes() throws -> [UInt8] { [UInt8](try next(Data.self)) }

        mutating func moment() throws -> Timestamp { Timestamp(stored: try next()) }

        mutating func optionalMoment() throws -> Timestamp? { try optional().map { Timestamp(stored: $0) } }

        /// One of the words of a closed list.
        mutating func word<Value: RawRepresentable<String>>(_ type: Value.Type = Value.self) throws -> Value {
            guard let value = Value(rawValue: try next()) else { throw Self.damaged(index - 1) }
            return value
        }

        private static func damaged(_ column: Int) -> ContactStoreError {
            .unusable(cause: "a stored row has a value that it can't have, in column \(column): check the file")
        }
    }

    extension Timestamp {
        /// Nanoseconds since 1970; what is more than 292 years away becomes the nearest that fits.
        var stored: Int64 {
            let (whole, tooLarge) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
            let (sum, overflow) = whole.addingReportingOverflow(Int64(nanoseconds))
            return tooLarge || overflow ? (seconds < 0 ? .min : .max) : sum
        }

        init(stored: Int64) {
            // Rounded down, so that the nanoseconds are never negative.
            let rest = stored % 1_000_000_000
            let nanoseconds = rest < 0 ? rest + 1_000_000_000 : rest
            self.init(
                seconds: stored / 1_000_000_000 - (rest < 0 ? 1 : 0),
                nanoseconds: Int32(truncatingIfNeeded: nanoseconds))
        }
    }

    extension [UInt8] {
        /// As SQLite's BLOB.
        var blob: Data { Data(self) }
    }

    /// Texts in one column, each ended by a NUL, which none of them may hold.
    enum TextList {
        static func stored(_ texts: [String]) -> Data {
            Data(texts.flatMap { $0.utf8.filter { $0 != 0 } + [0] })
        }

        static func texts(_ stored: [UInt8]) -> [String] {
            stored.split(separator: 0, omittingEmptySubsequences: false).dropLast().map {
                String(decoding: $0, as: UTF8.self)
            }
        }
    }
#endif
