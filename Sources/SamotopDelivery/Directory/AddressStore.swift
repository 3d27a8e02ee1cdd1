public import SMTP

/// Addresses that people edit while the server runs. A directory is built of all its rows; this is no way to look one up.
public protocol AddressStore: Sendable {
    /// All rows.
    func table() async throws -> AddressTable

    /// Rows with this text in their address, in the order of domains and names; empty text: all.
    func rows(containing text: String, offset: Int, limit: Int) async throws -> [AddressRow]

    /// Which state it is in, asked again and again.
    func revision() async throws -> Int64

    /// Makes changes in one step: all of them, or none. They are durable on return.
    ///
    /// - Parameter check: throws when all rows together, as they would be, don't do; nothing is changed then.
    /// - Throws: what `check` throws, or ``AddressEditError``.
    func edit(_ edits: [AddressEdit], check: @escaping @Sendable ([AddressRow]) throws -> Void) async throws
}

/// One change of an ``AddressStore``.
public enum AddressEdit: Sendable, Hashable {
    /// There was no such address.
    case add(AddressRow)
    /// There was one.
    case remove(Mailbox)
}

/// Why a change isn't made.
public enum AddressEditError: Error, Sendable, Hashable {
    /// The address is in the table already.
    case taken(Mailbox)
    /// The address isn't in the table.
    case missing(Mailbox)
    /// The table holds no more.
    case full(Int)
    /// It is made, and the running directory couldn't take it up.
    case notTakenUp
}

extension AddressEditError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .taken(let address): "\(DirectoryError.text(address)) is in the table already; remove it first"
        case .missing(let address):
            "\(DirectoryError.text(address)) isn't in the table; what the configuration's files list is changed there"
        case .full(let maximum): "the table holds \(maximum) addresses already"
        case .notTakenUp: "the table is changed, and the server can't take that up yet; its log says why"
        }
    }
}
