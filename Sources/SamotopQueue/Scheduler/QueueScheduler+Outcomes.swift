// Outcomes for whoever keeps them or passes them on.
extension QueueScheduler {
    /// Remembers an outcome to be told, when anybody wants them.
    mutating func tell(
        _ kind: QueueOutcome.Kind, _ ref: RecipientRef, reply: RemoteReply? = nil, report: DeliveryReport? = nil,
        _ effects: inout QueueEffects
    ) {
        let slot = slots[Int(ref.slot)]
        guard tellsOutcomes, let facts = slot.facts else { return }
        let entry = slot.recipients[Int(ref.number)]
        let detail = RecipientDetail(octets: entry.status.detail)
        effects.outcomes.append(
            QueueOutcome(
                kind: kind, facts: facts, recipient: Int(ref.number),
                destination: destinations[Int(entry.destination)].name, detour: detail.readdressed?.path,
                failure: kind == .delivered || kind == .held ? nil : detail.failure,
                hold: kind == .held ? detail.hold : nil, reply: reply, tls: report?.tls,
                isLocal: report?.isLocal ?? false))
    }
}
