/// What one look at this server, its machine and its names found.
struct HealthFinding: Encodable, Sendable, Hashable {
    enum Status: String, Encodable, Sendable, CaseIterable {
        case ok
        /// It works, and could be better.
        case warning
        /// Mail suffers.
        case problem
        /// Nobody knows: there is no network, or not the rights to look.
        case unknown = "could not check"
    }

    /// For example `reverse name`.
    let subject: String
    let status: Status
    /// What was found.
    let text: String
    /// What to do.
    var remedy: String?

    static func ok(_ subject: String, _ text: String) -> HealthFinding {
        HealthFinding(subject: subject, status: .ok, text: text)
    }

    static func warning(_ subject: String, _ text: String, _ remedy: String? = nil) -> HealthFinding {
        HealthFinding(subject: subject, status: .warning, text: text, remedy: remedy)
    }

    static func problem(_ subject: String, _ text: String, _ remedy: String? = nil) -> HealthFinding {
        HealthFinding(subject: subject, status: .problem, text: text, remedy: remedy)
    }

    static func unknown(_ subject: String, _ text: String) -> HealthFinding {
        HealthFinding(subject: subject, status: .unknown, text: text)
    }

    /// For people: the finding, and under it what to do.
    var lines: [String] {
        let column = 17
        let head = status.rawValue + String(repeating: " ", count: max(1, column - status.rawValue.count))
        let line = head + subject + ": " + OneLine.escaped(text, limit: 1_000)
        return [line]
            + (remedy.map { [String(repeating: " ", count: column) + OneLine.escaped($0, limit: 1_000)] } ?? [])
    }
}
