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
            var known: Set<String> = []
            var count = 0
            var told: Set<String> = []
            while !Task.isCancelled {
                let mailboxes = agent.mailboxes
                let isNew = watched?.mailboxes !== mailboxes
                let watch = isNew ? FolderWatch(mailboxes) : watched?.watch ?? FolderWatch(mailboxes)
                watched = (mailboxes, watch)
                if isNew { known = [] }
                var pause = Self.pause
                do {
                    let round = try await look(
                        mailboxes, watch, atAll: isNew || count % Self.looks == 0, &known)
                    for mailbox in round where told.insert(mailbox).inserted {
                        logger.error(
                            "what a mailbox's mail is handed to files it where samotop keeps what waits for its owner; write another folder: for the mailbox",
                            metadata: ["mailbox": "\(mailbox)"])
                    }
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

    /// Throws the first failure after it has been to all mailboxes; the names of those with mail that has been handed over before.
    ///
    /// - Parameter known: mailboxes that were watched before.
    private func look(
        _ mailboxes: Mailboxes, _ watch: FolderWatch, atAll: Bool, _ known: inout Set<String>
    ) async throws -> [String] {
        let changes = watch.take()
        var failure: (any Error)?
        var round: [String] = []
        for mailbox in mailboxes.directory.handedMailboxes {
            // One that can't be watched is looked at each time, and one that is watched from now on has what came before.
            let wasWatched = known.contains(mailbox.name)
            if await watch.add(nil, of: mailbox.name) { known.insert(mailbox.name) } else { known.remove(mailbox.name) }
            guard atAll || changes.isIncomplete || !wasWatched || changes.mailboxes.contains(mailbox.name) else {
                continue
            }
            do {
                if try await pass(mailbox, mailboxes) { round.append(mailbox.name) }
            } catch { failure = failure ?? error }
        }
        if let failure { throw failure }
        return round
    }

    /// What is new; what somebody has read already stays, and so does what has been handed over before. One that can't be passed on
    /// keeps no other.
    ///
    /// - Returns: whether there is any of the latter: what gets the mail files it in this very Maildir.
    @discardableResult
    func pass(_ mailbox: HandedMailbox, _ mailboxes: Mailboxes) async throws -> Bool {
        guard let contents = try await mailboxes.contents(of: nil, of: mailbox.name) else { return false }
        var failure: (any Error)?
        var isRound = false
        for file in contents.messages where file.isNew {
            do {
                guard
                    let octets = try await mailboxes.beginning(of: file, limit: Int(clamping: file.size)),
                    UInt64(octets.count) == file.size
                else { continue }
                let filed = FiledMail(octets, file)
                if filed.wasHandedOver(as: mailbox, mailboxes.directory) {
                    isRound = true
                    continue
                }
                let message = filed.message(for: mailbox)
                try await delivery.deliver(message, to: message.envelope.recipients)
                try await mailboxes.remove([file])
            } catch { failure = failure ?? error }
        }
        if let failure { throw failure }
        return isRound
    }
}
