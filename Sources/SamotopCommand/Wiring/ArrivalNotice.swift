import Foundation
import SMTP
import SamotopCore
import SamotopDelivery

/// Says in which file each message has arrived: for a person who tries things out.
struct ArrivalNotice: DeliveryAgent {
    let mailboxes: any DeliveryAgent
    /// Where the mailboxes' folders are.
    let root: String
    let output: any LineOutput

    func resolve(_ path: ForwardPath) async throws -> DirectoryAnswer { try await mailboxes.resolve(path) }

    func deliver(_ message: ReceivedMessage, to recipients: [Recipient]) async throws {
        try await mailboxes.deliver(message, to: recipients)
        for case .mailbox(let name) in Set(recipients.flatMap(\.destinations)) {
            let folder = "\(root)/\(name)/new"
            let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            guard let file = files.first(where: { $0.contains(message.envelope.id) }) else { continue }
            output.write("New mail: \(folder)/\(file)")
        }
    }
}
