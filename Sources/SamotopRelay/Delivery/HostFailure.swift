import SMTP
import SamotopQueue

/// Why a server didn't take a message, and what that means for the message.
struct HostFailure: Sendable {
    /// What it means.
    enum Kind: Sendable {
        /// Another server or another time may do better.
        case transient
        /// The server wants nothing of us (5yz to the connection or to EHLO): final only if all say so.
        case unwelcome
        /// The server can't take this message. Final if it is among the best that there are.
        case unsuitable
    }

    let failure: AttemptFailure
    let kind: Kind
    /// The server's.
    let preference: UInt16

    /// What becomes of recipients that no server took, or refused.
    static func outcome(of failures: [HostFailure]) -> RecipientOutcome {
        guard let last = failures.last else {
            return .postponed(
                AttemptFailure(
                    stage: .policy, status: EnhancedStatusCode(4, 4, 0), words: "The attempt was broken off",
                    isHostWide: false))
        }
        // A worse server would only hand the message on to the best.
        if let unsuitable = failures.first(where: { $0.kind == .unsuitable }),
            failures.allSatisfy({ $0.kind == .unsuitable || $0.preference > unsuitable.preference })
        {
            return .refused(unsuitable.failure.with(severity: 5))
        }
        if failures.allSatisfy({ $0.kind != .transient }) { return .refused(last.failure.with(severity: 5)) }
        let telling = failures.last { $0.kind == .transient } ?? last
        return .postponed(telling.failure.with(severity: 4))
    }
}

extension AttemptFailure {
    /// The same with another class of its status.
    func with(severity: UInt8) -> AttemptFailure {
        guard status.severity != severity else { return self }
        return AttemptFailure(
            stage: stage, reply: reply, status: EnhancedStatusCode(severity, status.subject, status.detail),
            remote: remote, words: words, isHostWide: isHostWide)
    }
}

extension RemoteReply {
    /// A reply as the client has read it. The queue's lines are without the status.
    init(_ reply: ServerReply, relayed: Bool = false) {
        var lines = reply.lines
        if let status = reply.status?.bytes {
            lines = lines.map { line in
                guard line.starts(with: status) else { return line }
                let rest = line.dropFirst(status.count)
                guard let first = rest.first else { return [] }
                return first == 0x20 ? Array(rest.dropFirst()) : line
            }
        }
        self.init(code: reply.code, status: reply.status, lines: lines, relayed: relayed)
    }
}
