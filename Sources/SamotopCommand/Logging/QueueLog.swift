import Logging
import SMTP
import SamotopCore
import SamotopQueue
import SamotopRelay

/// Writes what happens in the queue to the log. Whose mail it is, and where it goes, only when addresses are shown.
struct QueueLog: Sendable {
    private let logger: Logger
    private let showsAddresses: Bool

    init(_ logger: Logger, settings: LogSettings) {
        self.logger = logger
        showsAddresses = settings.addresses == .shown
    }

    /// Only what is wrong with the queue itself, and nothing about any message.
    static func faults(_ logger: Logger) -> @Sendable (QueueEvent) -> Void {
        { event in
            switch event {
            case .damaged(let words): logger.error("queue", metadata: ["cause": "\(words)"])
            case .storeFull: logger.error("the queue takes nothing: its disk is full")
            case .storeFailed(let cause):
                logger.error("the queue could not be written, and is tried again", metadata: ["cause": "\(cause)"])
            case .clockJumped(let seconds):
                logger.error("the clock jumped: nothing expires", metadata: ["seconds": "\(seconds)"])
            default: break
            }
        }
    }

    func observe(_ event: QueueEvent) {
        switch event {
        case .queued(let id, let recipients, let octets):
            logger.info("queued", metadata: ["message": "\(id)", "recipients": "\(recipients)", "octets": "\(octets)"])
        case .attempted(let id, let recipient, let destination, let outcome, let tls):
            attempted(id, recipient, destination, outcome, tls)
        case .expired(let id, let recipient, let destination):
            logger.notice("given up: its time is over", metadata: facts(id, recipient, destination))
        case .commanded(let id, let recipient, _):
            logger.notice("an operator's word", metadata: ["message": "\(id)", "recipient": "\(recipient)"])
        case .finished(let id): logger.debug("left the queue", metadata: ["message": "\(id)"])
        case .notified(let id, let kind, let notice):
            logger.info("sender told", metadata: ["message": "\(id)", "of": "\(kind.word)", "notice": "\(notice)"])
        case .unnotified(let id, let kind, let recipients, let why):
            logger.notice(
                "sender not told",
                metadata: [
                    "message": "\(id)", "of": "\(kind.word)", "recipients": "\(recipients)", "cause": "\(why.rawValue)",
                ])
        case .noticeFailed(let id, let kind):
            logger.error("a notification can't be written", metadata: ["message": "\(id)", "of": "\(kind.word)"])
        case .destinationPaused(let destination, let until):
            logger.notice("a destination can't be reached", metadata: place(destination, ["until": "\(until)"]))
        case .destinationRecovered(let destination):
            logger.notice("a destination is reached again", metadata: place(destination))
        case .damaged(let words): logger.error("queue", metadata: ["cause": "\(words)"])
        case .storeFull: logger.error("the queue takes nothing: its disk is full")
        case .storeFailed(let cause):
            logger.error("the queue could not be written, and is tried again", metadata: ["cause": "\(cause)"])
        case .clockJumped(let seconds):
            logger.error("the clock jumped: nothing expires", metadata: ["seconds": "\(seconds)"])
        }
    }

    private func attempted(
        _ id: String, _ recipient: Int, _ destination: QueueDestination, _ outcome: RecipientOutcome,
        _ tls: DeliveredTLS?
    ) {
        var more = facts(id, recipient, destination)
        switch outcome {
        case .delivered(let reply):
            more["reply"] = "\(reply.code)"
            more["tls"] = "\(tls?.version ?? "none")"
            more["verified"] = "\(tls?.verifiedBy.rawValue ?? "none")"
            logger.info("sent", metadata: more)
        case .postponed(let failure): logger.info("postponed", metadata: more.merging(Self.why(failure)) { $1 })
        case .refused(let failure): logger.notice("refused by others", metadata: more.merging(Self.why(failure)) { $1 })
        case .held(let reason):
            more["cause"] = "\(reason.words)"
            logger.notice("held until a person decides", metadata: more)
        }
    }

    private static func why(_ failure: AttemptFailure) -> Logger.Metadata {
        [
            "stage": "\(failure.stage.word)", "status": "\(failure.status)",
            "reply": "\(failure.reply.map { "\($0.code)" } ?? "none")",
            "cause": "\(failure.words)",
        ]
    }

    private func facts(_ id: String, _ recipient: Int, _ destination: QueueDestination) -> Logger.Metadata {
        place(destination, ["message": "\(id)", "recipient": "\(recipient)"])
    }

    private func place(_ destination: QueueDestination, _ more: Logger.Metadata = [:]) -> Logger.Metadata {
        var facts = more
        if showsAddresses { facts["to"] = "\(destination.text)" }
        return facts
    }
}

/// Writes what a relay does to the log.
struct RelayLog: RelayObserver {
    private let logger: Logger
    private let showsAddresses: Bool

    init(_ logger: Logger, settings: LogSettings) {
        self.logger = logger
        showsAddresses = settings.addresses == .shown
    }

    func observe(_ event: RelayEvent) {
        switch event {
        case .judged(_, let host, let verdict):
            logger.debug("security", metadata: facts(host, ["verdict": "\(verdict)"]))
        case .fellBackToPlaintext(_, let host):
            logger.notice("TLS failed: sent in clear, as nobody asks for more", metadata: facts(host))
        case .storeFailed: logger.error("what was seen of a peer can't be written down")
        case .routed, .connected, .failed, .finished: break
        }
    }

    private func facts(_ host: RemoteHost, _ more: Logger.Metadata = [:]) -> Logger.Metadata {
        var facts = more
        if showsAddresses { facts["host"] = "\(host.name)" }
        return facts
    }
}
