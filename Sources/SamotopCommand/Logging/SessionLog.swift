import Logging
import NameResolution
import SMTP
import SamotopCore

/// Writes what happens in sessions to the log: one line for a delivery, a refusal, a fault, an end.
///
/// The lines carry ids, counts, and codes. Who wrote to whom from where is only in them when addresses are shown.
struct SessionLog: SessionObserver {
    private let logger: Logger
    private let showsAddresses: Bool

    init(_ logger: Logger, settings: LogSettings) {
        self.logger = logger
        showsAddresses = settings.addresses == .shown
    }

    var wantsDialogue: Bool { logger.logLevel <= .debug }

    func observe(_ event: SessionEvent, in session: Session) {
        switch event {
        case .opened:
            logger.debug("session opened", metadata: facts(session))
        case .received(let line):
            logger.debug("command", metadata: facts(session, ["line": "\(Self.text(line))"]))
        case .sent(let replies):
            logger.debug("reply", metadata: facts(session, ["line": "\(Self.text(replies))"]))
        case .secured(let tls):
            logger.debug("session encrypted", metadata: facts(session, ["tls": "\(tls.version)"]))
        case .authenticated(let submitter):
            logger.debug(
                "authenticated", metadata: facts(session, showsAddresses ? ["account": "\(submitter.name)"] : [:]))
        case .judged(let record):
            guard let refusal = record.refusal else { return }
            let more: Logger.Metadata = [
                "stage": "\(record.stage.rawValue)", "judge": "\(record.judge)", "reply": "\(refusal.code)",
                "cause": "\(refusal.cause)",
            ]
            logger.info("refused", metadata: facts(session, more))
        case .content(let octets):
            logger.debug("content received", metadata: facts(session, ["octets": "\(octets)"]))
        case .delivered(let id, let recipients, let octets):
            let more: Logger.Metadata = [
                "message": "\(id)", "recipients": "\(recipients)", "octets": "\(octets)",
                "tls": "\(session.tls?.version ?? "none")",
            ]
            logger.info("delivered", metadata: facts(session, more))
        case .failed(let cause):
            logger.error("not delivered: a fault of ours", metadata: facts(session, ["cause": "\(cause)"]))
        case .closed:
            var more: Logger.Metadata = [:]
            if !session.violations.isEmpty {
                more["violations"] = "\(session.violations.map(\.rawValue).sorted().joined(separator: ","))"
            }
            logger.debug("session closed", metadata: facts(session, more))
        }
    }

    private func facts(_ session: Session, _ more: Logger.Metadata = [:]) -> Logger.Metadata {
        var facts = more
        facts["session"] = "\(session.id)"
        facts["role"] = "\(session.role.rawValue)"
        if showsAddresses, let address = session.client.text { facts["client"] = "\(address)" }
        return facts
    }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}

extension ClientAddress {
    /// The address as text; nil for sockets and memory.
    var text: String? {
        switch self {
        case .ipv4(let octets), .ipv6(let octets): IPAddress(octets: octets)?.description
        case .local: nil
        }
    }
}

extension JudgementRecord {
    /// The reply's three digits and enhanced status, and the private cause; nil when nothing was refused.
    var refusal: (code: String, cause: String)? {
        switch verdict {
        case .pass, .accept: nil
        case .postpone(let refusal): (Self.code(4, refusal.words), refusal.cause)
        case .reject(let refusal): (Self.code(5, refusal.words), refusal.cause)
        case .disconnect(let refusal): ("421 4.\(refusal.words.subject).\(refusal.words.detail)", refusal.cause)
        }
    }

    private static func code(_ severity: UInt16, _ words: ReplyWords) -> String {
        "\(severity * 100 + words.basic) \(severity).\(words.subject).\(words.detail)"
    }
}
