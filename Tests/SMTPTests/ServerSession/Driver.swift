@testable import SMTP

/// The loop around a session machine, with a policy that tests choose.
final class Driver {
    typealias Question = ServerSession.Question
    typealias Answer = ServerSession.Answer

    private var machine: ServerSession
    /// Answers questions; nil leaves the question out.
    var policy: (Question) -> Answer?
    /// All that was sent, in the order of the wire.
    private(set) var output: [UInt8] = []
    /// The content of each message that policy was asked about and took.
    private(set) var messages: [[UInt8]] = []
    private(set) var questions: [Question] = []
    private(set) var pauses: [Duration] = []
    private(set) var isClosed = false
    private(set) var isSecuring = false
    private var content: [UInt8] = []
    private var input: [UInt8] = []

    static func configuration() -> ServerSession.Configuration {
        // "mx.our.test" is a name.
        var configuration = ServerSession.Configuration(hostName: DomainName(checked: Array("mx.our.test".utf8)))
        configuration.encryption = .offered
        configuration.earlyTalker = .refuse
        configuration.illegalPipelining = .refuse
        return configuration
    }

    init(
        _ configuration: ServerSession.Configuration = Driver.configuration(),
        policy: @escaping (Question) -> Answer? = { _ in .proceed }
    ) {
        machine = ServerSession(configuration)
        self.policy = policy
        carryOut(machine.open())
        run()
    }

    var inTransaction: Bool { machine.inTransaction }
    var violations: Set<Violation> { machine.violations }

    /// Octets that the machine has not consumed.
    var waiting: Int { input.count }

    /// Brings input and returns what was sent for it.
    @discardableResult func send(_ octets: [UInt8]) -> String {
        let before = output.count
        input += octets
        run()
        return String(decoding: output[before...], as: UTF8.self)
    }

    /// Brings a line, or several, and returns what was sent for it.
    @discardableResult func say(_ lines: String...) -> String { send(lines.flatMap { Array("\($0)\r\n".utf8) }) }

    /// Goes on until more input, an answer or the end of a pause is needed.
    func run() {
        repeat {
            let step = machine.next(input.span)
            if case .content(let range) = step.action { content += input[range] }
            input.removeFirst(step.consumed)
            switch step.action {
            case .read, .wait: return
            case .secure:
                isSecuring = true
                return
            default: carryOut(step.action)
            }
        } while !isClosed
    }

    func carryOut(_ action: ServerSession.Action) {
        switch action {
        case .send(let octets): output += octets
        case .pause(let time): pauses.append(time)
        case .close: isClosed = true
        case .ask(let question):
            questions.append(question)
            if let answer = policy(question) { self.answer(answer) }
        default: break
        }
    }

    /// Answers the question that is out.
    func answer(_ answer: Answer) {
        switch questions.last {
        case .content: content = []
        case .message:
            if answer == .proceed { messages.append(content) }
        default: break
        }
        carryOut(machine.answer(answer))
    }

    func pauseEnds() {
        carryOut(machine.pauseEnded())
        run()
    }

    func end(_ reply: Reply) {
        carryOut(machine.end(reply))
        run()
    }

    /// The machine's last word is out, and the loop has not gone on yet.
    func hangUp() { carryOut(machine.end(.shuttingDown)) }

    func secured() {
        machine.secured()
        run()
    }

    func disconnect() { machine.disconnected() }

    func refuseContent(_ reply: Reply) { machine.refuseContent(reply) }

    /// The state by its name in the machine's own description.
    var state: String {
        switch machine.state {
        case .opening: "opening"
        case .greeting: "greeting"
        case .ready: machine.isAuthenticated ? "authenticated" : "ready"
        case .authenticating: "challenged"
        case .transaction(_, let transaction) where transaction.chunked != nil: "chunked"
        case .transaction(_, let transaction): transaction.recipients > 0 ? "recipients" : "transaction"
        case .inviting: "inviting"
        case .receiving: "receiving"
        case .skipping: "skipping"
        case .deciding: "deciding"
        case .securing: "securing"
        case .closing: "closing"
        case .closed: "closed"
        }
    }

    // The states that tests start from.

    /// Says what leads to a transaction with one recipient.
    func begin(_ mail: String = "MAIL FROM:<a@out.test>") {
        say("EHLO c.test")
        say(mail)
        say("RCPT TO:<u@our.test>")
    }
}

/// The codes of all replies in `text`: `250 2.1.0`, or `354` where there is no enhanced code.
func codes(_ text: String) -> [String] {
    text.split(separator: "\r\n").compactMap { line in
        guard line.utf8.count >= 4, Array(line.utf8)[3] == 0x20 else { return nil }
        let words = line.split(separator: " ")
        let isStatus =
            words.count > 1 && words[1].split(separator: ".").count == 3
            && words[1].allSatisfy { $0 == "." || $0.isNumber }
        return isStatus ? "\(words[0]) \(words[1])" : String(words[0])
    }
}
