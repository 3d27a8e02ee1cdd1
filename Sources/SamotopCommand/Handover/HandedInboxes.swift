import Logging
import SMTP
import SamotopCore
import SamotopDelivery
import ServiceLifecycle

/// Passes on what comes into the Maildirs of mailboxes whose mail is handed to something else: mail that waited for the owner's word
/// and is let in, wherever that was decided.
///
/// A message is removed when the queue has it. After a crash in between it is queued again, which changes nothing.
struct HandedInboxes: Service {
    let agent: SwitchingAgent
    /// Where mail goes to.
    let delivery: any DeliveryAgent
    let logger: Logger

    /// Between two looks at the mailboxes where something was changed, and after which one of them all are looked at.
    private static let pause = Duration.seconds(1)
    private static let looks = 60
    /// After a failure.
    private static let longPause = Duration.seconds(60)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var watched: (mailboxes: Mailboxes, watch: FolderWatch)?
            var count = 0
            while !Task.isCancelled {
                let mailboxes = agent.mailboxes
                let isNew = watched?.mailboxes !== mailboxes
                let watch = isNew ? FolderWatch(mailboxes) : watched?.watch ?? FolderWatch(mailboxes)
                watched = (mailboxes, watch)
                var pause = Self.pause
                do {
                    try await look(mailboxes, watch, atAll: isNew || count % Self.looks == 0)
                } catch {
                    logger.error("let in, and not passed on yet", metadata: ["cause": "\(error)"])
                    pause = Self.longPause
                    // Whatever it was told of is looked at again.
                    watched = nil
                }
                count &+= 1
                do { try await Task.sleep(for: pause) } catch { return }
            }
        }
    }

    /// Throws the first failure after it has been to all mailboxes.
    private func look(_ mailboxes: Mailboxes, _ watch: FolderWatch, atAll: Bool) async throws {
        let changes = watch.take()
        var failure: (any Error)?
        for mailbox in mailboxes.directory.handedMailboxes {
            // One that can't be watched is looked at each time.
            let isWatched = await watch.add(nil, of: mailbox.name)
            guard atAll || changes.isIncomplete || !isWatched || changes.mailboxes.contains(mailbox.name) else {
                continue
            }
            do { try await pass(mailbox, mailboxes) } catch { failure = failure ?? error }
        }
        if let failure { throw failure }
    }

    /// What is new; what somebody has read already stays.
    func pass(_ mailbox: HandedMailbox, _ mailboxes: Mailboxes) async throws {
        guard let contents = try await mailboxes.contents(of: nil, of: mailbox.name) else { return }
        for file in contents.messages where file.isNew {
            guard
                let octets = try await mailboxes.beginning(of: file, limit: Int(clamping: file.size)),
                UInt64(octets.count) == file.size
            else { continue }
            let message = FiledMail(octets, file).message(for: mailbox)
            try await delivery.deliver(message, to: message.envelope.recipients)
            try await mailboxes.remove([file])
        }
    }
}
