import SMTP
import SamotopCore

/// A message's recipients of ours, and what goes to other servers.
struct OutgoingParts {
    /// Each with mailboxes of ours alone.
    var local: [Recipient] = []
    /// Usually one; several when there are more recipients than one may have.
    var outgoing: [NewMessage] = []

    /// Nothing.
    init() {}

    init(
        _ message: ReceivedMessage, _ recipients: [Recipient], _ destination: (Mailbox) -> QueueDestination,
        _ forwarding: (any ForwardingRule)?
    ) throws(DeliveryError) {
        var away: [NewRecipient] = []
        var seen: Set<Mailbox> = []
        // What is to go later waits in the queue, for mailboxes of ours, too.
        let waits = message.envelope.parameters.release != nil
        for recipient in recipients {
            if waits, case .mailbox(let address) = recipient.path {
                if seen.insert(address).inserted {
                    away.append(
                        NewRecipient(address, parameters: recipient.parameters, destination: destination(address)))
                }
                continue
            }
            let ours = recipient.destinations.filter { $0.mailbox != nil }
            if !ours.isEmpty || recipient.destinations.isEmpty {
                local.append(Recipient(path: recipient.path, parameters: recipient.parameters, destinations: ours))
            }
            for case .remote(let address) in recipient.destinations where seen.insert(address).inserted {
                away.append(
                    NewRecipient(
                        address, parameters: recipient.parameters(for: address, from: message.envelope.reversePath),
                        destination: destination(address)))
            }
        }
        guard !away.isEmpty else { return }
        let envelope = message.envelope
        var sender = ForwardingSender(
            reversePath: envelope.reversePath, submitter: envelope.submitter ?? Submitter(.stranger, name: ""))
        if envelope.submitter == nil, let forwarding { sender = try forwarding.sender(of: message) }
        let content = PrefixedContent(message.outgoingTrace, message.content)
        let parts = stride(from: 0, to: away.count, by: NewMessage.maximumRecipients).map {
            Array(away[$0..<min($0 + NewMessage.maximumRecipients, away.count)])
        }
        let from = sender
        outgoing = parts.enumerated().map { index, recipients in
            NewMessage(
                QueuedMessage(
                    id: index == 0 ? envelope.id : "\(envelope.id)-\(index)", reversePath: from.reversePath,
                    parameters: envelope.parameters, submitter: from.submitter,
                    arrived: message.received, size: content.count),
                to: recipients, content: content)
        }
    }
}

extension ReceivedMessage {
    /// Our trace fields without the Return-Path: only final delivery writes one (RFC 5321 §4.4).
    var outgoingTrace: [UInt8] {
        let name = Array("return-path:".utf8)
        guard trace.count > name.count,
            zip(trace, name).allSatisfy({ ($0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0) == $1 })
        else { return trace }
        var index = 0
        // The field ends with the first line end that no folding follows.
        while let end = trace[index...].firstIndex(of: 0x0A) {
            index = end + 1
            guard index < trace.count, trace[index] == 0x20 || trace[index] == 0x09 else { break }
        }
        return Array(trace[index...])
    }
}

extension Recipient {
    /// RFC 3461 §5.2.1: NOTIFY and ORCPT go on as they came. Where an alias leads elsewhere and nobody has said ORCPT, it is the alias: a
    /// sender is told of the address that was written to.
    func parameters(for address: Mailbox, from sender: ReversePath) -> RcptParameters {
        var parameters = parameters
        guard sender != .null, parameters.originalRecipient == nil, case .mailbox(let alias) = path, alias != address
        else { return parameters }
        let type = alias.bytes.allSatisfy { $0 < 0x80 } ? "rfc822" : "utf-8"
        parameters.originalRecipient = OriginalRecipient(addressType: Array(type.utf8), address: alias.bytes)
        return parameters
    }
}
