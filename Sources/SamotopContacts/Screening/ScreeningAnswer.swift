import SMTP
import SamotopCore

/// A verdict and why; a pass has its reason too.
struct ScreeningAnswer: Sendable {
    let verdict: Verdict
    let cause: String

    static func pass(_ cause: String) -> ScreeningAnswer { ScreeningAnswer(verdict: .pass, cause: cause) }

    static func postpone(_ words: ReplyWords, _ cause: String) -> ScreeningAnswer {
        ScreeningAnswer(verdict: .postpone(Refusal(words, cause: cause)), cause: cause)
    }

    static func reject(_ words: ReplyWords, _ cause: String) -> ScreeningAnswer {
        ScreeningAnswer(verdict: .reject(Refusal(words, cause: cause)), cause: cause)
    }
}
