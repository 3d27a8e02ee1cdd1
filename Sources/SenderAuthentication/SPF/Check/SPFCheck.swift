import NameResolution

/// A check that has begun.
struct SPFCheck {
    private let question: SPFQuestion
    private let progress: SPFProgress
    /// Nil: there is no domain to ask.
    private let work: TimedWork<SPFFinding>?

    /// Begins in place, and goes on until an answer isn't at hand.
    init(
        _ question: SPFQuestion, resolver: any Resolver, records: RecordCache<SPFRecord>, limits: SPFLimits,
        clock: any Clock<Duration>
    ) {
        let progress = SPFProgress(maximumSteps: limits.steps)
        self.question = question
        self.progress = progress
        // RFC 7208 §4.3
        work = question.name.map { name in
            TimedWork(within: limits.time, by: clock) {
                var evaluation = SPFEvaluation(
                    question, at: name, resolver: resolver, records: records, limits: limits, progress: progress)
                return await evaluation.finding()
            }
        }
    }

    /// What it comes to; in time whatever the resolver does, and when the task is cancelled.
    var finding: SPFFinding {
        get async {
            guard let work else { return finding(.none, "not the name of a domain") }
            var finding =
                await work.value ?? progress.decided ?? finding(.temperror, "the check was not finished in time")
            finding.steps = progress.steps
            return finding
        }
    }

    private func finding(_ result: SPFResult, _ reason: String) -> SPFFinding {
        SPFFinding(
            identity: question.identity, domain: question.domain, name: question.name, result: result, directive: nil,
            reason: reason)
    }
}
