/// The TXT record at `_mta-sts` below a domain (RFC 8461 §3.1).
public struct MTASTSRecord: Sendable, Hashable {
    /// Why there is no record.
    public enum Failure: String, Sendable, Hashable, Error {
        /// No text begins with `v=STSv1;`.
        case none
        /// More than one does.
        case several
        /// It is malformed.
        case malformed
    }

    /// 1 to 32 letters and digits; another one for each policy.
    public let id: String

    /// The one record among the texts of the name.
    public init(texts: [[UInt8]]) throws(Failure) {
        let records = texts.compactMap { TextFields($0, version: "STSv1") }
        guard let fields = records.first else { throw .none }
        guard records.count == 1 else { throw .several }
        let ids = fields.values(of: "id")
        guard !fields.isMalformed, ids.count == 1, let id = ids.first, (1...32).contains(id.count),
            id.allSatisfy(\.isASCIILetterOrDigit)
        else { throw .malformed }
        self.id = String(decoding: id, as: UTF8.self)
    }
}
