@testable import SMTP

/// The loop around a client session machine, with content that tests choose.
final class ClientDriver {
    private var machine: ClientSession
    /// All that was sent, in the order of the wire.
    private(set) var output: [UInt8] = []
    private(set) var results: [SendResult] = []
    private(set) var replies: [ServerReply] = []
    private(set) var authentications: [ServerReply] = []
    private(set) var challenges: [[UInt8]] = []
    private(set) var failure: (fault: ClientFault, stage: ClientStage)?
    private(set) var isClosed = false
    private(set) var isSecuring = false
    private(set) var isReady = false
    /// Why content could not be sent.
    private(set) var contentFault: ClientFault?
    /// What is sent as content, slice by slice.
    var slices: [[UInt8]] = []
    private var writer: MailDataWriter?
    private var input: [UInt8] = []

    static let name = Domain("client.our.test") ?? .literal(.ipv4(127, 0, 0, 1))

    init(
        _ encryption: ClientSession.Encryption = .none, _ change: (inout ClientSession.Configuration) -> Void = { _ in }
    ) {
        var configuration = ClientSession.Configuration(hello: Self.name, encryption: encryption)
        change(&configuration)
        machine = ClientSession(configuration)
    }

    /// A driver that has read the greeting and the extensions.
    convenience init(offering keywords: String..., change: (inout ClientSession.Configuration) -> Void = { _ in }) {
        self.init(.none, change)
        hear("220 mx.out.test")
        let lines = ["mx.out.test"] + keywords
        hear(lines.enumerated().map { $0 == lines.count - 1 ? "250 \($1)" : "250-\($1)" }.joined(separator: "\r\n"))
        output = []
    }

    var stage: ClientStage { machine.stage }
    var capabilities: ServerCapabilities { machine.capabilities }
    var settled: [SendResult.Recipient?] { machine.settled }
    var isEndSent: Bool { machine.isEndSent }
    var takesTransaction: Bool { machine.isReady }
    var takesNext: Bool { machine.takesNext }
    var isIdle: Bool { machine.isIdle }
    var waiting: Int { input.count }

    /// Brings octets of the server's; returns what was sent for them.
    @discardableResult func receive(_ octets: [UInt8]) -> String {
        let before = output.count
        input += octets
        run()
        return String(decoding: output[before...], as: UTF8.self)
    }

    /// Brings replies; returns what was sent for them.
    @discardableResult func hear(_ lines: String...) -> String { receive(lines.flatMap { Array("\($0)\r\n".utf8) }) }

    /// Begins a transaction; returns what was sent for it.
    @discardableResult func send(
        _ transaction: MailTransaction, _ slices: [UInt8]..., survey: ContentSurvey? = nil
    ) throws(ClientFault) -> String {
        self.slices = slices
        writer = nil
        let before = output.count
        carryOut(try machine.begin(transaction, survey))
        run()
        return String(decoding: output[before...], as: UTF8.self)
    }

    /// Begins a transaction behind the content of the one before; returns what was sent for it.
    @discardableResult func sendNext(_ transaction: MailTransaction, _ slices: [UInt8]...) throws(ClientFault) -> String
    {
        let group = try machine.beginNext(transaction, nil)
        self.slices = slices
        output += group
        return String(decoding: group, as: UTF8.self)
    }

    func perform(_ body: (inout ClientSession) throws(ClientFault) -> ClientSession.Action) throws(ClientFault) {
        carryOut(try body(&machine))
        run()
    }

    @discardableResult func secured() -> String {
        let before = output.count
        isSecuring = false
        carryOut(machine.secured())
        run()
        return String(decoding: output[before...], as: UTF8.self)
    }

    func disconnect() { if let action = machine.disconnected() { carryOut(action) } }

    func quit() { if let action = machine.quit() { carryOut(action) } }

    private func run() {
        while failure == nil, !isClosed, !isSecuring {
            let bytes = input
            let step = machine.next(bytes.span)
            input.removeFirst(step.consumed)
            if step.action == .read { return }
            carryOut(step.action)
        }
    }

    private func carryOut(_ action: ClientSession.Action) {
        switch action {
        case .read, .proceed: break
        case .send(let bytes): output += bytes
        case .secure: isSecuring = true
        case .ready: isReady = true
        case .content(let framing): sendContent(framing)
        case .challenge(let text): challenges.append(text)
        case .authentication(let reply): authentications.append(reply)
        case .finished(let result): results.append(result)
        case .reply(let reply): replies.append(reply)
        case .fail(let fault, let stage): failure = (fault, stage)
        case .close: isClosed = true
        }
    }

    private func sendContent(_ framing: ClientSession.Framing) {
        do throws(ClientFault) {
            switch framing {
            case .dot(let allowance):
                var writer = MailDataWriter(allowing: allowance)
                var content: [UInt8] = []
                for slice in slices { content += try transparent(slice, &writer) }
                let end = try writer.end()
                machine.contentEnded()
                output += content + end
            case .chunks:
                while machine.takesChunk, !slices.isEmpty {
                    let slice = slices.removeFirst()
                    output += try machine.chunk(octets: UInt64(slice.count), isLast: slices.isEmpty) + slice
                }
            }
        } catch {
            contentFault = error
        }
    }
}

/// What a writer makes of octets.
func transparent(_ octets: [UInt8], _ writer: inout MailDataWriter) throws(ClientFault) -> [UInt8] {
    var output: [UInt8] = []
    var index = 0
    while true {
        switch try writer.next(octets.span, from: index) {
        case .octets(let range):
            output += octets[range]
            index = range.upperBound
        case .dot: output.append(0x2E)
        case .more: return output
        }
    }
}

/// A transaction of `a@our.test` to so many recipients.
func transaction(_ recipients: String..., from sender: String = "a@our.test") -> MailTransaction {
    MailTransaction(from: sender, to: recipients) ?? MailTransaction(from: .null, to: [])
}
