import NameResolution

/// The answers that an evaluation goes by: those that were waited for, and those at hand.
struct SPFAnswers: Sendable {
    /// What the DNS is asked.
    struct Question: Sendable, Hashable {
        let name: DNSName
        let type: RecordType
    }

    private let resolver: any Resolver
    /// What was said until now; nil before anything had to be waited for. Whoever waited is told the same again, whatever
    /// becomes of it elsewhere.
    private var known: [Question: Answer]?

    /// No answers but those that `resolver` has at hand.
    init(atHandOf resolver: any Resolver) { self.resolver = resolver }

    /// The answer, when there is one.
    mutating func answer(_ name: DNSName, _ type: RecordType) throws(SPFStop) -> Answer {
        guard known != nil else {
            guard let answer = resolver.answerAtHand(name, type) else {
                throw .unanswered(Question(name: name, type: type))
            }
            return answer
        }
        let question = Question(name: name, type: type)
        if let answer = known?[question] { return answer }
        guard let answer = resolver.answerAtHand(name, type) else { throw .unanswered(question) }
        known?[question] = answer
        return answer
    }

    /// Asks, and waits.
    mutating func ask(_ question: Question) async {
        let answer = await resolver.resolve(question.name, question.type)
        known = known ?? [:]
        known?[question] = answer
    }
}
