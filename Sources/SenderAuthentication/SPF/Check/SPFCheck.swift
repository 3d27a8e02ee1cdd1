import NameResolution

/// A check that has begun: evaluated by the answers at hand and, where those aren't enough, anew after each answer.
///
/// Evaluating is cheap beside waiting for the DNS, and what doesn't wait needs no task and no clock. A check has few
/// questions (``SPFLimits``), and what it was told stays.
struct SPFCheck {
    private enum State {
        case done(SPFFinding)
        case waiting(TimedWork<SPFFinding>, SPFProgress)
    }

    private let state: State

    init(
        _ question: SPFQuestion, resolver: any Resolver, records: RecordCache<SPFRecord>, limits: SPFLimits,
        clock: any Clock<Duration>
    ) {
        // RFC 7208 §4.3
        guard let name = question.name else {
            let finding = SPFFinding(
                identity: question.identity, domain: question.domain, name: nil, result: .none, directive: nil,
                reason: "not the name of a domain")
            state = .done(finding)
            return
        }
        var evaluation = SPFEvaluation(
            question, at: name, answers: SPFAnswers(atHandOf: resolver), records: records, limits: limits)
        switch evaluation.run() {
        case .finding(let finding):
            state = .done(finding)
        case .needs(let first, let meanwhile):
            let progress = SPFProgress(meanwhile)
            let work = TimedWork(within: limits.time, by: clock) {
                var answers = SPFAnswers(atHandOf: ResolverUntilCancelled(resolver: resolver))
                var needed = first
                while true {
                    await answers.ask(needed)
                    var evaluation = SPFEvaluation(question, at: name, answers: answers, records: records, limits: limits)
                    switch evaluation.run() {
                    case .finding(let finding):
                        return finding
                    case .needs(let next, let meanwhile):
                        progress.update(meanwhile)
                        answers = evaluation.answers
                        needed = next
                    }
                }
            }
            state = .waiting(work, progress)
        }
    }

    /// What it comes to; in time whatever the resolver does, and when the task is cancelled.
    var finding: SPFFinding {
        get async {
            switch state {
            case .done(let finding): finding
            case .waiting(let work, let progress): await work.value ?? progress.finding
            }
        }
    }
}
