/// How a sender stands with all who own a recipient: an alias may stand for several people.
enum StandingAmongOwners: Sendable, Hashable {
    /// Welcome to this one, which is enough.
    case welcome(Contact)
    /// All who know it block it.
    case blocked(Contact)
    /// To be asked of these owners.
    case stranger([Owner: Standing])

    /// - Parameter standings: in the order of the owners.
    init(_ standings: [(owner: Owner, standing: Standing)]) {
        var blocked: [Contact] = []
        var open: [Owner: Standing] = [:]
        var knows = false
        for (owner, standing) in standings {
            switch standing {
            case .welcome(let contact):
                self = .welcome(contact)
                return
            case .blocked(let contact): blocked.append(contact)
            case .unknown: open[owner] = standing
            case .waiting, .claimed:
                knows = true
                open[owner] = standing
            }
        }
        self = if let contact = blocked.first, !knows { .blocked(contact) } else { .stranger(open) }
    }
}
