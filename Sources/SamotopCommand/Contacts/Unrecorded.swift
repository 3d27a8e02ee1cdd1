import SamotopContacts
import SamotopCore

/// Keeps no record of judgements: with `privacy.log: omitted`.
struct Unrecorded: AuditStore {
    func append(_ entries: [AuditEntry]) async throws {}

    func entries(ofEnvelope id: String) async throws -> [AuditEntry] { [] }

    func entries(from correspondent: String, to owner: Owner?, limit: Int) async throws -> [AuditEntry] { [] }

    func expire(before: Timestamp, maximum: Int) async throws -> Int { 0 }
}
