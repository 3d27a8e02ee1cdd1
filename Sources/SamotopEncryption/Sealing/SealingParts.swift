import SMTP
import SamotopCore

/// A message's recipients, parted by what their mailboxes get.
struct SealingParts {
    /// What goes on as it is; no recipients: nothing does.
    var plain: [Recipient] = []
    /// A copy for one mailbox alone, so that no copy tells whom else the message went to.
    var sealed: [(mailbox: String, recipients: [Recipient])] = []

    /// - Parameter hasKey: whether mail for a mailbox of ours is encrypted.
    init(_ recipients: [Recipient], hasKey: (String) -> Bool) {
        for recipient in recipients {
            var plain: [Destination] = []
            for destination in recipient.destinations {
                guard let mailbox = destination.mailbox, hasKey(mailbox) else {
                    plain.append(destination)
                    continue
                }
                let copy = Recipient(
                    path: recipient.path, parameters: recipient.parameters, destinations: [destination])
                if let index = sealed.firstIndex(where: { $0.mailbox == mailbox }) {
                    sealed[index].recipients.append(copy)
                } else {
                    sealed.append((mailbox, [copy]))
                }
            }
            if !plain.isEmpty || recipient.destinations.isEmpty {
                self.plain.append(
                    Recipient(path: recipient.path, parameters: recipient.parameters, destinations: plain))
            }
        }
    }
}
