import InternetMessage
import SamotopCore
import Synchronization

/// Evidence as the guards of sender authentication write it, as the test wants it.
final class Evidence: MailGuard {
    struct Facts: Sendable {
        /// Domain for which SPF passes.
        var spf: String?
        /// Domain for which SPF fails.
        var spfFail: String?
        /// `d=` of signatures that hold.
        var dkim: [String] = []
        /// `d=` of one that leaves the subject open.
        var weakDKIM: String?
        /// Author domain for which DMARC passes.
        var dmarc: String?
        /// Author domain for which a trusted sealer saw DMARC pass.
        var arc: String?
        /// A chain that holds, sealed by anybody.
        var untrustedARC = false

        static let nothing = Facts()

        /// All methods prove this domain.
        static func proving(_ domain: String) -> Facts { Facts(spf: domain, dkim: [domain], dmarc: domain) }
    }

    private let facts = Mutex(Facts())

    func set(_ new: Facts) { facts.withLock { $0 = new } }

    var name: String { "evidence" }
    var provides: Set<String> { ["spf", "dkim", "dmarc", "arc"] }

    func sender(_ envelope: Envelope, _ session: inout Session) async throws -> Verdict {
        let facts = facts.withLock { $0 }
        if let domain = facts.spf { session.evidence.append(result(.spf, .pass, .smtp, .mailfrom, domain)) }
        if let domain = facts.spfFail { session.evidence.append(result(.spf, .fail, .smtp, .mailfrom, domain)) }
        return .pass
    }

    func message(_ message: ReceivedMessage, _ session: inout Session) async throws -> Verdict {
        let facts = facts.withLock { $0 }
        for domain in facts.dkim { session.evidence.append(result(.dkim, .pass, .header, .d, domain)) }
        if let domain = facts.weakDKIM {
            var weak = result(.dkim, .pass, .header, .d, domain)
            weak.reason = Array("not signed: subject, content-type".utf8)
            session.evidence.append(weak)
        }
        if let domain = facts.arc {
            var vouched = result(.arc, .pass, .header, .from, domain)
            vouched.properties.append(.init(.policy, .dmarc, Array("pass".utf8)))
            session.evidence.append(vouched)
        }
        if facts.untrustedARC { session.evidence.append(AuthenticationResult(method: .arc, result: .pass)) }
        if let domain = facts.dmarc { session.evidence.append(result(.dmarc, .pass, .header, .from, domain)) }
        return .pass
    }

    private func result(
        _ method: AuthenticationKeyword, _ result: AuthenticationKeyword, _ type: AuthenticationKeyword,
        _ name: AuthenticationKeyword, _ value: String
    ) -> AuthenticationResult {
        AuthenticationResult(method: method, result: result, properties: [.init(type, name, Array(value.utf8))])
    }
}

/// Sees in which folders a message is filed.
final class FolderWitness: MailGuard {
    private let seen = Mutex<[[String: String]]>([])

    var folders: [[String: String]] { seen.withLock { $0 } }

    func message(_ message: ReceivedMessage, _ session: inout Session) async throws -> Verdict {
        let folders = session.folders
        seen.withLock { $0.append(folders) }
        return .pass
    }
}
