import SMTP
import SamotopCore
import Synchronization

/// A session whose loop the test turns by hand: nothing happens behind its back.
final class TurnedSession {
    let session: MailSession
    private(set) var output = ""
    private(set) var isClosed = false
    private(set) var pauses: [Duration] = []
    private(set) var last = MailSession.Effect.wait
    private let bell = Bell()
    private var input: [UInt8] = []

    static let tls = TLSFacts(version: "TLSv1.3", cipher: "TLS_AES_128_GCM_SHA256")

    init(
        _ service: MailService, role: Role = .mx, client: ClientAddress = .ipv4([192, 0, 2, 7]),
        encryption: ServerSession.Encryption = .unavailable
    ) {
        let bell = bell
        session = MailSession(
            service, role: role, client: client, encryption: encryption, tls: encryption == .active ? Self.tls : nil,
            wake: { bell.ring() })
        turn()
    }

    var facts: Session { session.facts }
    /// How often the session was woken.
    var wakes: Int { bell.rings }
    /// Octets that wait to be read.
    var waiting: Int { input.count }

    /// Brings lines in one write and returns what was sent for them.
    @discardableResult func say(_ lines: String...) -> String { send(lines.map { $0 + "\r\n" }.joined()) }

    /// Brings octets in one write and returns what was sent for them.
    @discardableResult func send(_ text: String) -> String {
        input += Array(text.utf8)
        return turn()
    }

    /// Goes on as far as it goes.
    @discardableResult func turn() -> String {
        let before = output.utf8.count
        while !isClosed {
            var consumed = 0
            last = session.next(input.span, consumed: &consumed)
            input.removeFirst(consumed)
            switch last {
            case .read, .wait, .secure: return String(decoding: output.utf8.dropFirst(before), as: UTF8.self)
            case .send(let octets): output += String(decoding: octets, as: UTF8.self)
            case .pause(let time): pauses.append(time)
            case .close:
                isClosed = true
                session.disconnected()
            }
        }
        return String(decoding: output.utf8.dropFirst(before), as: UTF8.self)
    }

    /// Waits until the session has been woken so often in all, then goes on.
    @discardableResult func turn(afterWake count: Int) async -> String {
        await bell.heard(count)
        return turn()
    }

    func secure() {
        session.secured(Self.tls)
        turn()
    }

    func pauseEnds() {
        session.pauseEnded()
        turn()
    }

    func end(_ reply: Reply) -> String {
        session.end(reply)
        return turn()
    }

    func drop() { session.disconnected() }

    // The usual conversation.

    func greet(_ name: String = "c.test") { say("EHLO \(name)") }

    /// A transaction up to the point where content may come.
    func begin(to recipients: [String] = ["u@our.test"], from sender: String = "<a@out.test>") {
        say("MAIL FROM:\(sender)")
        for recipient in recipients { say("RCPT TO:<\(recipient)>") }
        say("DATA")
    }

    /// A whole transaction; returns what was said to the final dot.
    @discardableResult func deliver(
        _ content: String = "Subject: x\r\n\r\nhello\r\n", to recipients: [String] = ["u@our.test"],
        from sender: String = "<a@out.test>"
    ) -> String {
        begin(to: recipients, from: sender)
        return send(content + ".\r\n")
    }
}

/// Rings, from any thread; someone waits until it rang so often.
final class Bell: Sendable {
    private struct State {
        var rings = 0
        var waiting: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }
    private let state = Mutex(State())

    var rings: Int { state.withLock { $0.rings } }

    func ring() {
        let awake = state.withLock { state in
            state.rings += 1
            defer { state.waiting.removeAll { $0.count <= state.rings } }
            return state.waiting.filter { $0.count <= state.rings }
        }
        for waiter in awake { waiter.continuation.resume() }
    }

    /// Waits until it has rung so often in all; a test that ran out of time waits no longer.
    func heard(_ count: Int = 1) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.rings >= count || Task.isCancelled { return true }
                    state.waiting.append((count, continuation))
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            let all = state.withLock { state in
                defer { state.waiting = [] }
                return state.waiting
            }
            for waiter in all { waiter.continuation.resume() }
        }
    }
}

/// Codes of all replies: `250 2.1.0`, or `354` where there is no enhanced code.
func codes(_ text: String) -> [String] {
    text.split(separator: "\r\n").compactMap { line in
        guard line.dropFirst(3).first == " " else { return nil }
        let words = line.split(separator: " ")
        let hasStatus =
            words.count > 1 && words[1].split(separator: ".").count == 3
            && words[1].allSatisfy { $0 == "." || $0.isNumber }
        return hasStatus ? "\(words[0]) \(words[1])" : String(words[0])
    }
}
