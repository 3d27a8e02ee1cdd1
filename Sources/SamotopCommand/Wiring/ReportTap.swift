import InternetMessage
import Logging
import SamotopCore
import SamotopReports
import Synchronization

/// Reads the reports in mail to the addresses that take them. The mail is delivered all the same.
///
/// Put it behind what authenticates: a report counts as its sender's only when DMARC proves who that is.
struct TakingReports: MailGuard {
    /// Octets of a message that are looked at.
    static let maximumMessage = 20 << 20

    let inbox: ReportInbox
    /// In lower case.
    let addresses: Set<String>
    let logger: Logger

    var name: String { "reports" }

    func tap(_ envelope: Envelope, _ session: Session) -> (any ContentTap)? {
        envelope.recipients.contains { addresses.contains($0.lowercasedAddress) } ? ReportTap() : nil
    }

    func message(_ message: ReceivedMessage, tap: (any ContentTap)?, _ session: inout Session) async throws -> Verdict {
        guard let octets = (tap as? ReportTap)?.octets else { return .pass }
        do {
            switch try await inbox.take(octets, evidence: session.evidence, receivedAt: message.received.seconds) {
            case .kept: logger.notice("a report came in")
            case .known: logger.info("a report came in that is known")
            case .refused(let fault): logger.notice("no report that can be read", metadata: ["cause": "\(fault)"])
            }
        } catch {
            // The mail is in the mailbox, where a person finds it.
            logger.error("a report can't be kept", metadata: ["cause": "\(error)"])
        }
        return .pass
    }
}

/// Gathers a message, up to ``TakingReports/maximumMessage``.
private final class ReportTap: ContentTap {
    private let gathered = Mutex<[UInt8]?>([])

    /// Nil when it is too long.
    var octets: [UInt8]? { gathered.withLock { $0 } }

    func append(_ slice: Span<UInt8>) {
        gathered.withLock { gathered in
            guard let count = gathered?.count else { return }
            guard count + slice.count <= TakingReports.maximumMessage else {
                gathered = nil
                return
            }
            for index in slice.indices { gathered?.append(slice[index]) }
        }
    }
}

extension Recipient {
    /// The address in lower case; empty for a bare postmaster.
    var lowercasedAddress: String {
        String(decoding: path.mailbox?.bytes ?? [], as: UTF8.self).lowercased()
    }
}
