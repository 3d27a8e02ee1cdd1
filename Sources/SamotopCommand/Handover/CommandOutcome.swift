import SMTP
import SamotopDelivery
import SamotopQueue

/// What the end of a mailbox's program means for the message, by sysexits.h.
///
/// 0 is a yes. The statuses of sysexits.h are a no, except for the one that says "later". All else is a program that broke, and what breaks
/// here is no reason to return mail: it waits.
enum CommandOutcome {
    /// EX_TEMPFAIL.
    static let later: Int32 = 75

    /// EX_USAGE to EX_CONFIG: what a notification says of them.
    static let refusals: [Int32: (status: EnhancedStatusCode, words: String)] = [
        64: (EnhancedStatusCode(5, 3, 0), "it was called wrongly"),
        65: (EnhancedStatusCode(5, 6, 0), "it doesn't take such a message"),
        66: (EnhancedStatusCode(5, 3, 0), "it has no input"),
        67: (EnhancedStatusCode(5, 1, 1), "no such user"),
        68: (EnhancedStatusCode(5, 1, 2), "no such host"),
        69: (EnhancedStatusCode(5, 3, 0), "it is not available"),
        70: (EnhancedStatusCode(5, 3, 0), "an internal error"),
        71: (EnhancedStatusCode(5, 3, 0), "an error of its system"),
        72: (EnhancedStatusCode(5, 3, 0), "a file of its system is missing"),
        73: (EnhancedStatusCode(5, 2, 0), "it can't create its output"),
        74: (EnhancedStatusCode(5, 3, 0), "an error of reading or writing"),
        76: (EnhancedStatusCode(5, 5, 0), "an error of its protocol"),
        77: (EnhancedStatusCode(5, 7, 1), "it isn't permitted"),
        78: (EnhancedStatusCode(5, 3, 5), "it is not configured"),
    ]

    static func outcome(of end: ProgramResult.End) -> RecipientOutcome {
        func postponed(_ words: String, isHostWide: Bool = false) -> RecipientOutcome {
            .postponed(failure(EnhancedStatusCode(4, 3, 0), words, isHostWide: isHostWide))
        }
        switch end {
        case .exited(0): return .delivered(RemoteReply(code: 250, status: EnhancedStatusCode(2, 0, 0)))
        case .exited(later): return postponed("The mailbox's program says later (75)")
        case .exited(let number):
            guard let (status, words) = refusals[number] else {
                return postponed("The mailbox's program ended with \(number), which says nothing of the message")
            }
            return .refused(failure(status, "The mailbox's program refused it: \(words) (\(number))"))
        case .signalled(let number): return postponed("A signal ended the mailbox's program (\(number))")
        case .timedOut: return postponed("The mailbox's program took too long, and was killed")
        case .cancelled: return postponed("The server stopped before the mailbox's program had ended")
        case .unreadable: return postponed("The message could not be read")
        case .notStarted(let cause):
            return postponed("The mailbox's program can't be started: \(cause)", isHostWide: true)
        }
    }

    /// A value would have been taken for an option.
    static func outcome(of unfit: UnfitCommandValue) -> RecipientOutcome {
        let isSender = unfit.field == .sender
        return .refused(
            failure(
                EnhancedStatusCode(5, 1, isSender ? 7 : 3),
                "The \(isSender ? "sender" : "recipient")'s address begins with a hyphen, and the mailbox's program could take it for an option"
            ))
    }

    private static func failure(
        _ status: EnhancedStatusCode, _ words: String, isHostWide: Bool = false
    ) -> AttemptFailure {
        AttemptFailure(stage: .content, status: status, words: words, isHostWide: isHostWide)
    }
}
