import SamotopCore

/// What becomes of a stranger's message, by the policies of all who were to be asked.
struct StrangerTreatment: Sendable, Hashable {
    let treatment: ScreeningPolicy.Treatment
    /// It waited for longer than the owner's patience.
    let isUnanswered: Bool

    /// Of several owners the most lenient one counts: one's welcome is enough.
    init(_ standings: [Owner: Standing], _ party: Party, at now: Timestamp) {
        let each = standings.sorted { $0.key < $1.key }.map { owner, standing in
            Self.one(standing, party.policy(of: owner), at: now)
        }
        let best = each.min { Self.rank($0.treatment) < Self.rank($1.treatment) }
        self = best ?? StrangerTreatment(.refuse, isUnanswered: false)
    }

    private init(_ treatment: ScreeningPolicy.Treatment, isUnanswered: Bool) {
        self.treatment = treatment
        self.isUnanswered = isUnanswered
    }

    private static func one(_ standing: Standing, _ policy: ScreeningPolicy, at now: Timestamp) -> StrangerTreatment {
        guard case .waiting(let contact) = standing else {
            return StrangerTreatment(policy.strangers, isUnanswered: false)
        }
        if contact.state == .held { return StrangerTreatment(.hold, isUnanswered: false) }
        let asks = policy.strangers == .ask || policy.strangers == .hold
        guard asks, RetryClock(contact).hasWaited(days: policy.patience, at: now) else {
            return StrangerTreatment(policy.strangers, isUnanswered: false)
        }
        return StrangerTreatment(policy.unanswered, isUnanswered: true)
    }

    private static func rank(_ treatment: ScreeningPolicy.Treatment) -> Int {
        switch treatment {
        case .welcome: 0
        case .firstDomain: 1
        case .grey: 2
        case .hold: 3
        case .ask: 4
        case .refuse: 5
        }
    }
}
