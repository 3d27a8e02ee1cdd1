import SMTP

/// What a server says leads the client to the same end however its octets arrive; nothing of a message is said in clear where TLS is
/// asked for; all that is sent are whole lines, and each recipient has one fate at the end.
///
/// The first octet chooses the client's settings, the second a cutting; the rest is all that the server ever says.
@Sendable func fuzzClientSession(_ input: [UInt8]) {
    guard input.count > 2, let name = DomainName("client.test") else { return }
    var settings = ClientSession.Configuration(
        hello: .name(name), encryption: [.none, .opportunistic, .required, .active][Int(input[0] & 3)])
    settings.dialect = input[0] & 4 == 0 ? .smtp : .lmtp
    settings.pipelining = input[0] & 8 == 0
    settings.chunking = input[0] & 16 == 0 ? .whenNeeded : .whenOffered
    let isAhead = input[0] & 32 != 0
    settings.replyLimits.octets = 4_096
    let stream = Array(input.dropFirst(2))
    let octets = played(Cutting.octets.pieces(of: stream), settings, isAhead)
    for cutting in [Cutting.lines, Cutting(chosenBy: input[1])] {
        let run = played(cutting.pieces(of: stream), settings, isAhead)
        require(run == octets, "\(cutting): the client ends by \(run), octet by octet by \(octets)")
    }
}

/// What the client said, and how it ended.
private struct ClientRun: Equatable, CustomStringConvertible {
    var sent: [UInt8] = []
    var results: [SendResult] = []
    var fault: ClientFault?
    var isClosed = false
    /// The second message may be begun behind the content of the first.
    var isAhead = false
    var begun = 0

    var description: String {
        "\(shown(sent)), \(results.count) results, \(String(describing: fault)), closed: \(isClosed)"
    }
}

private let message = MailTransaction(from: "ann@our.test", to: ["bob@out.test", "eve@out.test"])
private let content = Array("Subject: x\r\n\r\n.dot\r\n".utf8)

private func played(_ pieces: [[UInt8]], _ settings: ClientSession.Configuration, _ isAhead: Bool) -> ClientRun {
    var run = ClientRun()
    run.isAhead = isAhead
    var session = ClientSession(settings)
    var waiting: [UInt8] = []
    for (index, piece) in pieces.enumerated() where !run.isClosed {
        waiting += piece
        var steps = 0
        while !run.isClosed {
            steps += 1
            require(steps < 10_000, "it doesn't end")
            let step = session.next(waiting.span)
            require(step.consumed <= waiting.count, "more is consumed than there is")
            waiting.removeFirst(step.consumed)
            if step.action == .read { break }
            // What comes after the server's word for TLS came in clear: all of it is there already, as far as the client can know.
            let hasMore = !waiting.isEmpty || index + 1 < pieces.count
            carryOut(step.action, &session, &run, settings, hasMore: hasMore)
        }
    }
    return run
}

private func carryOut(
    _ action: ClientSession.Action, _ session: inout ClientSession, _ run: inout ClientRun,
    _ settings: ClientSession.Configuration, hasMore: Bool
) {
    switch action {
    case .read, .proceed: break
    case .send(let octets): send(octets, session.isSecure, &run, settings)
    case .secure:
        require(
            settings.encryption == .opportunistic || settings.encryption == .required, "a handshake nobody asked for")
        // Octets behind it are an injection, which the machine tells at the next step.
        if !hasMore { carryOut(session.secured(), &session, &run, settings, hasMore: false) }
    case .ready: begin(&session, &run, settings)
    case .content(let framing):
        switch framing {
        case .dot:
            session.contentEnded()
            guard run.isAhead, run.begun < 2, session.takesNext, let transaction = message,
                let group = try? session.beginNext(transaction, ContentSurvey(content.span))
            else { return }
            run.begun += 1
            send(group, session.isSecure, &run, settings)
        case .chunks:
            guard let line = try? session.chunk(octets: UInt64(content.count), isLast: true) else { return }
            send(line, session.isSecure, &run, settings)
        }
    case .challenge, .authentication, .reply: require(false, "an answer to what was never asked")
    case .finished(let result):
        require(result.recipients.count == 2, "\(result.recipients.count) fates of two recipients")
        run.results.append(result)
        require(run.results.count <= run.begun, "more results than messages")
        guard run.begun < 2, session.isReady else { return }
        begin(&session, &run, settings)
    case .fail(let fault, _):
        run.fault = fault
        run.isClosed = true
        require(session.isClosed, "it failed and goes on")
    case .close: run.isClosed = true
    }
}

private func begin(_ session: inout ClientSession, _ run: inout ClientRun, _ settings: ClientSession.Configuration) {
    guard let transaction = message,
        let action = try? session.begin(transaction, ContentSurvey(content.span))
    else { return }
    run.begun += 1
    carryOut(action, &session, &run, settings, hasMore: false)
}

private func send(
    _ octets: [UInt8], _ isSecure: Bool, _ run: inout ClientRun, _ settings: ClientSession.Configuration
) {
    require(octets.suffix(2) == [0x0D, 0x0A], "half a line: \(shown(octets))")
    for line in octets.split(separator: 0x0A) {
        require(line.last == 0x0D && !line.dropLast().contains(0x0D), "a bare line end: \(shown(octets))")
        let isOfMessage = ["MAIL", "RCPT", "DATA", "BDAT"].contains { line.starts(with: $0.utf8) }
        require(!isOfMessage || isSecure || settings.encryption != .required, "in clear: \(shown(octets))")
    }
    run.sent += octets
}
