// The next transaction, begun before the reply to the content of this one: content may be the first of a group (RFC 2920 §3.1).

extension ClientSession {
    /// A transaction whose commands were sent behind the content of the one before.
    struct Next: Sendable {
        let exchange: Exchange
        let recipients: Int
    }

    /// Whether the commands of another transaction may be sent now, although the reply to the content of this one is awaited: the server
    /// pipelines, all content was sent by DATA, and it speaks SMTP.
    public var takesNext: Bool {
        guard case .ending = state, upcoming == nil, isPipelining, configuration.dialect == .smtp else { return false }
        return capabilities.limits.transactions.map { transactions < $0 } ?? true
    }

    /// Begins the next transaction. It is the one under way as soon as ``Action/finished(_:)`` has told of this one; if the session fails
    /// before, or the server says 421, nothing of it was sent that could have been taken.
    ///
    /// - Returns: the octets to send.
    /// - Throws: as ``begin(_:_:)`` does.
    public mutating func beginNext(
        _ transaction: MailTransaction, _ survey: ContentSurvey?
    ) throws(ClientFault) -> [UInt8] {
        guard takesNext else { throw .badSequence }
        let plan = try TransactionPlan(transaction, survey, capabilities, configuration, isSecure: isSecure)
        countTransaction()
        upcoming = Next(
            exchange: Exchange(awaited: .mail, framing: plan.framing, unsent: nil),
            recipients: transaction.recipients.count)
        return Self.group(of: plan)
    }

    /// MAIL, each RCPT and, where content goes by it, DATA: what may be sent at once.
    static func group(_ start: [UInt8] = [], of plan: TransactionPlan) -> [UInt8] {
        var group = start
        group.reserveCapacity(plan.lines.reduce(start.count + 6) { $0 + $1.count })
        for line in plan.lines { group += line }
        // RFC 2920 §3.1: DATA may end a group; its content may not be in it.
        if case .dot = plan.framing { group += data }
        return group
    }

    /// Goes on with the transaction that was begun behind this one.
    mutating func takeUpNext() {
        guard let next = upcoming else { return }
        upcoming = nil
        settled = Array(repeating: nil, count: next.recipients)
        accepted = 0
        isEndSent = false
        state = .exchanging(next.exchange)
    }
}
