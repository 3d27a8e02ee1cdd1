import Crypto
public import SamotopCore
import SMTP

// Who is told of what (RFC 3461, RFC 3464).
extension QueueScheduler {
    private static let pause: Int64 = 300_000
    private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

    /// The sender is to be told, if that may be. Durable with the status that it belongs to.
    mutating func owe(_ kind: NoticeKind, _ ref: RecipientRef, reply: RemoteReply? = nil, _ effects: inout QueueEffects)
    {
        let slot = Int(ref.slot)
        let number = Int(ref.number)
        // A failure is news enough.
        if kind == .failed { slots[slot].recipients[number].status.owed.remove(OwedNotices(.delayed)) }
        guard let facts = slots[slot].facts else { return }
        if let omission = omission(of: kind, ref) {
            guard kind == .failed else { return }
            unnotified += 1
            effects.events.append(.unnotified(id: facts.id, kind, recipients: 1, omission))
            return
        }
        if let reply { change(ref) { $0.reply = reply } }
        slots[slot].recipients[number].status.owed.insert(OwedNotices(kind))
        notify(ref.slot)
    }

    private func omission(of kind: NoticeKind, _ ref: RecipientRef) -> NoticeOmission? {
        guard let facts = slots[Int(ref.slot)].facts else { return .notWanted }
        if facts.sender.isEmpty { return .nullReversePath }
        guard facts.mayBeNotified else { return .unknownSubmitter }
        let notify = facts.recipients(at: [ref.number])?.first?.parameters.notify ?? []
        // RFC 3461 §4.1: without NOTIFY failures are told; of delays it leaves the choice.
        let isWanted =
            switch kind {
            case .failed: notify.isEmpty || notify.contains(.failure)
            case .delayed: notify.isEmpty || notify.contains(.delay)
            case .relayed: notify.contains(.success)
            }
        return isWanted ? nil : .notWanted
    }

    mutating func notify(_ index: UInt32) {
        guard slots[Int(index)].notices == .none else { return }
        slots[Int(index)].notices = .inLine
        notifying.append(index)
    }

    /// The next notification to be written; nil when there is none. Each must come back by ``noticeWritten(_:_:now:)`` or
    /// ``noticeFailed(_:now:)``.
    public mutating func nextNotice() -> Notice? {
        while let index = notifying.popFirst() {
            guard slots[Int(index)].notices == .inLine else { continue }
            let notice = makeNotice(index)
            slots[Int(index)].notices = notice == nil ? .none : .writing
            if let notice { return notice }
        }
        return nil
    }

    private func makeNotice(_ index: UInt32) -> Notice? {
        guard let facts = slots[Int(index)].facts, let message = facts.message else { return nil }
        for kind in NoticeKind.allCases {
            let owing = slots[Int(index)].recipients.indices.filter {
                slots[Int(index)].recipients[$0].status.owed.contains(OwedNotices(kind))
            }
            guard !owing.isEmpty else { continue }
            let numbers = owing.map { UInt16(truncatingIfNeeded: $0) }
            guard let recipients = recipients(of: index, numbers) else { return nil }
            return Notice(
                id: Self.noticeID(facts.id, kind, recipients), kind: kind, message: message,
                recipients: recipients.map { recipient($0, kind, slots[Int(index)].recipients[$0.number].status) })
        }
        return nil
    }

    private func recipient(_ recipient: QueuedRecipient, _ kind: NoticeKind, _ status: RecipientStatus)
        -> NoticeRecipient
    {
        let detail = RecipientDetail(octets: status.detail)
        let over = Timestamp(milliseconds: status.since.addingClamped(settings.lifetime.milliseconds))
        return NoticeRecipient(
            number: recipient.number, path: recipient.path, parameters: recipient.parameters,
            attempts: recipient.attempts, failure: kind == .relayed ? nil : detail.failure,
            reply: kind == .relayed ? detail.reply : nil, isExpired: status.state == .expired,
            expires: kind == .delayed ? over : nil)
    }

    /// Who, what, and after which attempts: whatever is told twice of the same has the same id. 26 characters of base 32.
    static func noticeID(_ id: String, _ kind: NoticeKind, _ recipients: [QueuedRecipient]) -> String {
        var writer = RecordWriter()
        writer.writeShort(id.utf8)
        writer.write(kind.rawValue)
        for recipient in recipients {
            writer.write(UInt16(clamping: recipient.number))
            writer.write(UInt16(clamping: recipient.attempts))
        }
        return String(
            decoding: SHA256.hash(data: writer.octets).prefix(26).map { alphabet[Int($0 & 31)] }, as: UTF8.self)
    }

    /// A notification is written: what is recorded queues it and takes the debt away, in one.
    public mutating func noticeWritten(_ notice: Notice, _ carrier: NewMessage, now: Timestamp) -> QueueEffects {
        var effects = QueueEffects()
        observe(now.milliseconds, &effects)
        guard let index = keys.slot(of: MessageKey(notice.message.id), in: slots) else { return effects }
        for recipient in notice.recipients where recipient.number < slots[Int(index)].recipients.count {
            slots[Int(index)].recipients[recipient.number].status.owed.remove(OwedNotices(notice.kind))
            guard notice.kind == .relayed else { continue }
            change(RecipientRef(slot: index, number: UInt16(clamping: recipient.number))) { $0.reply = nil }
        }
        slots[Int(index)].notices = .none
        if slots[Int(index)].recipients.contains(where: { !$0.status.owed.isEmpty }) { notify(index) }
        effects.events.append(.notified(id: notice.message.id, notice.kind, notice: notice.id))
        conclude(index, notice: carrier, &effects)
        return effects
    }

    /// A notification can't be written now.
    public mutating func noticeFailed(_ notice: Notice, now: Timestamp) -> QueueEffects {
        var effects = QueueEffects()
        observe(now.milliseconds, &effects)
        guard let index = keys.slot(of: MessageKey(notice.message.id), in: slots) else { return effects }
        let retry = now.milliseconds.addingClamped(Self.pause)
        slots[Int(index)].notices = .pausing
        noticePauses[index] = retry
        timers.add(QueueTimer(.notice, at: retry, index: index))
        effects.events.append(.noticeFailed(id: notice.message.id, notice.kind))
        return effects
    }
}
