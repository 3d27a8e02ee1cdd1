import InternetMessage
import Logging
import SamotopCore
import SamotopReports

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
    /// Where messages are read.
    let threads = StorageThreads(count: 1, name: "reports")

    var name: String { "reports" }

    func message(_ message: ReceivedMessage, _ session: inout Session) async throws -> Verdict {
        let isWanted = message.envelope.recipients.contains { addresses.contains($0.lowercasedAddress) }
        guard isWanted, message.content.count <= Self.maximumMessage else { return .pass }
        do {
            switch try await take(message.content, session.evidence, message.received.seconds) {
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

    /// Away from the event loop: a stranger's report may take long to unpack.
    @concurrent private func take(
        _ content: any MailContent, _ evidence: [AuthenticationResult], _ time: Int64
    ) async throws -> ReportInbox.Receipt {
        let octets = try await threads.run {
            var octets: [UInt8] = []
            octets.reserveCapacity(content.count)
            try content.read { slice in slice.withUnsafeBufferPointer { octets.append(contentsOf: $0) } }
            return octets
        }
        return try await inbox.take(octets, evidence: evidence, receivedAt: time)
    }
}

extension Recipient {
    /// The address in lower case; empty for a bare postmaster.
    var lowercasedAddress: String {
        String(decoding: path.mailbox?.bytes ?? [], as: UTF8.self).lowercased()
    }
}
