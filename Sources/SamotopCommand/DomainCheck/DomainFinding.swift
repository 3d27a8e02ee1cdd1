/// What one look at a domain's records found.
struct DomainFinding: Encodable, Sendable, Hashable {
    enum Status: String, Encodable, Sendable {
        case ok
        /// It isn't there. That may be meant.
        case missing
        /// It is there, and doesn't do what it should.
        case wrong
        /// The DNS didn't answer.
        case unknown
    }

    /// For example `SPF`.
    let subject: String
    let status: Status
    /// What was found, or what is wrong with it.
    let text: String
    /// Where a record belongs, and what to write there.
    var owner: String?
    var record: String?
}
