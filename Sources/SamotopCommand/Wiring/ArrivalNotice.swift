import Foundation
import SMTP
import SamotopCore
import SamotopDelivery

/// Says in which file each message has arrived: for a person who tries things out.
struct ArrivalNotice: BatchDeliveryAgent {
    let mailboxes: any BatchDeliveryAgent
    /// Where the mailboxes' folders are.
    let root: String
    let output: any LineOutput

    func resolve(_ path: ForwardPath) async throws -> DirectoryAnswer { try await mailboxes.resolve(path) }

    func deliver(_ message: ReceivedMessage, to recipients: [Recipient]) async throws {
        try await mailboxes.deliver(message, to: recipients)
        tell(message, recipients)
    }

    func deliver(_ batch: [ReceivedMessage], isReplay: Bool) async -> [DeliveryError?] {
        let failures = await mailboxes.deliver(batch, isReplay: isReplay)
        for (message, failure) in zip(batch, failures) where failure == nil {
            tell(message, message.envelope.recipients)
        }
        return failures
    }

    private func tell(_ message: ReceivedMessage, _ recipients: [Recipient]) {
        for destination in Set(recipients.flatMap(\.destinations)) {
            guard let mailbox = destination.mailbox else { continue }
            let folder = "\(root)/\(mailbox)\(destination.folder.map { "/.\($0)" } ?? "")/new"
            let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            guard let file = files.first(where: { $0.contains(message.envelope.id) }) else { continue }
            output.write("New mail: \(folder)/\(file)")
        }
    }
}
