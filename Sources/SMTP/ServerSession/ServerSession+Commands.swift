// Commands: syntax, then order, then a question.

extension ServerSession {
    /// More octets than this without a line end close the session; RFC 5321 §4.5.3.1.4 asks for 512 and extensions for some more.
    public static let maximumBufferedLine = 4096

    /// Takes the next command line from the input.
    mutating func command(_ input: Span<UInt8>) -> Step {
        guard !input.isEmpty else { return Step(consumed: 0, action: .read) }
        // A TLS record is no line: say nothing that another protocol could reflect.
        if input[0] == 0x16 { return Step(consumed: input.count, action: hangUp(ReplyWords.foreignProtocol.rejecting)) }
        guard let end = lineFeed(input) else {
            guard input.count >= longestLine else { return Step(consumed: 0, action: .read) }
            return Step(consumed: input.count, action: hangUp(.commandTooLong))
        }
        // RFC 5321 §2.3.8: a bare LF is no line end.
        guard end > 0, input[end - 1] == 0x0D else {
            return Step(consumed: input.count, action: hangUp(.bareNewlineInCommand))
        }
        let line = input.extracting(0..<(end - 1))
        let rest = input.count - (end + 1)
        return Step(consumed: end + 1, action: command(line, isLastInInput: rest == 0))
    }

    func lineFeed(_ input: Span<UInt8>) -> Int? {
        var index = 0
        let limit = min(input.count, longestLine)
        while index < limit {
            index = input.firstControl(from: index)
            if index < limit, input[index] == 0x0A { return index }
            index += 1
        }
        return nil
    }

    private mutating func command(_ line: Span<UInt8>, isLastInInput: Bool) -> Action {
        let verb = CommandVerb(of: line)
        if let reply = gate(verb) {
            guard let verb else { return unparsable(line) }
            guard verb == .bdat else { return fail(reply) }
            // The octets of its chunk must not be taken for commands.
            guard case .bdat(let size, _)? = try? Command.parse(line), size <= configuration.maximumOctetsRead else {
                return hangUp(reply)
            }
            return skipChunk(size, reply)
        }
        if let verb, line.count > verb.maximumLineLength(with: offered) - 2 {
            return verb == .bdat
                ? hangUp(.commandTooLong) : fail(verb == .auth ? .authenticationLineTooLong : .commandTooLong)
        }
        let command: Command
        do {
            command = try Command.parse(line)
        } catch {
            return refuse(error)
        }
        switch command {
        case .ehlo(let domain): return hello(.ehlo, domain, isLastInInput)
        case .helo(let domain): return hello(.helo, domain, isLastInInput)
        case .lhlo(let domain): return hello(.lhlo, domain, isLastInInput)
        case .mail(let path, let parameters): return mail(path, parameters)
        case .rcpt(let path, let parameters): return recipient(path, parameters)
        case .data: return data(isLastInInput)
        case .bdat(let size, let last): return chunk(size, last: last)
        case .rset: return reset()
        case .noop: return idle(.done)
        case .quit:
            saidGoodBye = true
            return hangUp(.goodBye)
        case .vrfy(let argument): return verify(argument)
        case .expn: return fail(.notImplemented)
        case .help: return idle(.help)
        case .startTLS: return startTLS(isLastInInput)
        case .auth(let mechanism, let response): return authenticate(mechanism, response)
        }
    }

    /// Why a command isn't even read: TLS, or authentication, has to come first.
    private func gate(_ verb: CommandVerb?) -> Reply? {
        if encryption == .required, !isAllowedInClear(verb) {
            guard verb == .auth, configuration.authentication != .unavailable else {
                return ReplyWords.encryptionRequired.rejecting
            }
            return .authenticationNeedsTLS
        }
        guard configuration.authentication == .required, !isAuthenticated, !isAllowedToAnyone(verb) else { return nil }
        // Before TLS nobody can authenticate.
        return (encryption == .active ? ReplyWords.authenticationRequired : .encryptionRequired).rejecting
    }

    /// RFC 3207 §4: what works before TLS when TLS is required.
    private func isAllowedInClear(_ verb: CommandVerb?) -> Bool {
        switch verb {
        case .ehlo, .lhlo, .noop, .startTLS, .quit: true
        default: false
        }
    }

    private mutating func unparsable(_ line: Span<UInt8>) -> Action {
        do {
            _ = try Command.parse(line)
            return fail(.unrecognized)
        } catch {
            return refuse(error)
        }
    }

    private mutating func refuse(_ error: CommandError) -> Action {
        // Not offered: whatever its arguments are.
        if error.verb == .expn || error.verb == .auth && configuration.authentication == .unavailable {
            return fail(.notImplemented)
        }
        if error.verb == .lhlo, configuration.dialect == .smtp { return fail(.unrecognized) }
        if error.verb == .ehlo || error.verb == .helo, configuration.dialect == .lmtp { return fail(.notInLMTP) }
        if error.verb == .auth {
            guard error.kind != .tooLong else { return fail(.authenticationLineTooLong) }
            guard error.kind != .syntax else { return fail(.argumentSyntax) }
            return fail(.authenticationEncoding)
        }
        switch error.kind {
        case .unrecognized: return fail(.unrecognized)
        case .foreignProtocol: return hangUp(ReplyWords.foreignProtocol.rejecting)
        case .invalidBytes: return fail(.invalidBytes)
        case .reversePathSyntax: return fail(.reversePathSyntax)
        case .forwardPathSyntax: return fail(.forwardPathSyntax)
        case .parameterUnknown: return fail(.parameterUnknown)
        case .tooLong: return fail(.commandTooLong)
        // The length of the chunk is unknown, so its octets can't be told from commands.
        case .syntax where error.verb == .bdat, .parameterSyntax where error.verb == .bdat:
            return hangUp(.parameterSyntax)
        case .syntax: return fail(.argumentSyntax)
        case .parameterSyntax: return fail(.parameterSyntax)
        }
    }

    /// What EHLO offers now.
    public var offered: Extensions {
        var offered: Extensions = [
            .pipelining, .size, .eightBitMIME, .smtpUTF8, .enhancedStatusCodes, .chunking, .binaryMIME, .dsn, .help,
            .limits,
        ]
        switch encryption {
        case .unavailable: break
        case .offered, .required: offered.insert(.startTLS)
        case .active: offered.insert(.requireTLS)
        }
        if offersAuthentication { offered.insert(.auth) }
        if configuration.futureRelease != nil { offered.insert(.futureRelease) }
        if configuration.offersDeliverBy { offered.insert(.deliverBy) }
        if configuration.offersPriority { offered.insert(.priority) }
        return offered
    }

    // RFC 6531 §3.7.4.2
    private mutating func verify(_ argument: [UInt8]) -> Action {
        let isInternationalized = argument.suffix(9).map { $0 & 0xDF }.elementsEqual(" SMTPUTF8".utf8.map { $0 & 0xDF })
        guard isInternationalized || argument.allSatisfy({ $0 < 0x80 }) else { return fail(.needsSMTPUTF8) }
        return idle(.cannotVerify)
    }

    // MARK: greeting

    private mutating func hello(_ verb: CommandVerb, _ domain: Domain, _ isLastInInput: Bool) -> Action {
        switch (configuration.dialect, verb) {
        case (.lmtp, .ehlo), (.lmtp, .helo): return fail(.notInLMTP)
        case (.smtp, .lhlo): return fail(.unrecognized)
        default: break
        }
        if let action = breach(unless: isLastInInput) { return action }
        // The first greeting is free; more of them are junk.
        if !isGreeting, let action = countJunk() { return action }
        // RFC 5321 §4.1.4: EHLO in a transaction is RSET.
        state = .deciding(.hello(Greeting(verb: verb, domain: domain), before: resting))
        return .ask(.hello(verb, domain))
    }

    mutating func answerHello(_ answer: Answer, _ greeting: Greeting, _ before: Resting) -> Action {
        if case .reply(let reply) = answer, !reply.isPositive {
            // RFC 5321 §4.1.4: a refused EHLO changes nothing.
            rest(in: before)
            return fail(reply)
        }
        state = .ready(greeting)
        return .send(greetingReply(greeting).bytes)
    }

    private func greetingReply(_ greeting: Greeting) -> Reply {
        let name = configuration.hostName.bytes + Array(" at your service".utf8)
        guard greeting.verb != .helo else { return Reply(250, nil, lines: [name]) }
        var keywords = [
            "PIPELINING", "SIZE \(configuration.maximumMessageSize)", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES",
            "CHUNKING", "BINARYMIME", "DSN",
        ]
        switch encryption {
        case .unavailable: break
        case .offered, .required: keywords.append("STARTTLS")
        case .active: keywords.append("REQUIRETLS")
        }
        if offersAuthentication { keywords.append("AUTH " + mechanisms.joined(separator: " ")) }
        if let offer = configuration.futureRelease {
            keywords.append("FUTURERELEASE \(offer.maximumSeconds) \(offer.latest)")
        }
        if configuration.offersDeliverBy { keywords.append("DELIVERBY") }
        if configuration.offersPriority { keywords.append("MT-PRIORITY") }
        keywords += ["LIMITS RCPTMAX=\(configuration.maximumRecipients)", "HELP"]
        return Reply(250, nil, lines: [name] + keywords.map { Array($0.utf8) })
    }

    /// RFC 2920 §3.1: nothing may follow EHLO, DATA or STARTTLS before its reply.
    private mutating func breach(unless waited: Bool) -> Action? {
        guard !waited else { return nil }
        violations.insert(.illegalPipelining)
        guard configuration.illegalPipelining == .refuse else { return nil }
        return hangUp(ReplyWords.illegalPipelining.rejecting)
    }

    // MARK: transaction

    private mutating func mail(_ path: ReversePath, _ parameters: MailParameters) -> Action {
        guard case .ready(let greeting) = state else { return fail(isGreeting ? .helloFirst : .badSequence) }
        guard parameters.used.isSubset(of: offered) else { return fail(.parameterUnknown) }
        if case .mailbox(let mailbox) = path, !mailbox.domain.isUsable { return fail(.reversePathSyntax) }
        guard path.isASCII || parameters.smtpUTF8 else { return fail(.needsSMTPUTF8) }
        if let size = parameters.size, size > configuration.maximumMessageSize {
            return fail(ReplyWords.messageTooBig.rejecting)
        }
        if case .after(let seconds) = parameters.release, seconds > configuration.futureRelease?.maximumSeconds ?? 0 {
            return fail(.parameterSyntax)
        }
        state = .deciding(.sender(greeting, parameters))
        return .ask(.sender(path, parameters))
    }

    mutating func answerSender(_ answer: Answer, _ greeting: Greeting, _ parameters: MailParameters) -> Action {
        if case .reply(let reply) = answer, !reply.isPositive {
            state = .ready(greeting)
            return fail(reply)
        }
        state = .transaction(greeting, Transaction(parameters: parameters))
        return .send(Reply.senderTaken.bytes)
    }

    private mutating func recipient(_ path: ForwardPath, _ parameters: RcptParameters) -> Action {
        guard case .transaction(let greeting, let transaction) = state, transaction.chunked == nil else {
            return fail(isGreeting ? .helloFirst : .badSequence)
        }
        guard parameters.used.isSubset(of: offered) else { return fail(.parameterUnknown) }
        guard path.isASCII || transaction.parameters.smtpUTF8 else { return fail(.needsSMTPUTF8) }
        if case .mailbox(let mailbox) = path, !mailbox.domain.isUsable { return fail(.forwardPathSyntax) }
        guard transaction.recipients < configuration.maximumRecipients else {
            return refuseExcess(greeting, transaction)
        }
        state = .deciding(.recipient(greeting, transaction))
        return .ask(.recipient(path, parameters))
    }

    /// RFC 5321 §4.5.3.1.10: more recipients than the maximum are no error; the client sends the rest later.
    private mutating func refuseExcess(_ greeting: Greeting, _ transaction: Transaction) -> Action {
        var transaction = transaction
        transaction.refusedRecipients += 1
        guard transaction.refusedRecipients / 100 < configuration.maximumRecipients else {
            return hangUp(ReplyWords.tooManyErrors.disconnecting(permanent: false))
        }
        state = .transaction(greeting, transaction)
        return .send(Reply.tooManyRecipients.bytes)
    }

    mutating func answerRecipient(_ answer: Answer, _ greeting: Greeting, _ transaction: Transaction) -> Action {
        var transaction = transaction
        if case .reply(let reply) = answer, !reply.isPositive {
            transaction.refusedRecipients += 1
            state = .transaction(greeting, transaction)
            return refuse(reply, in: transaction)
        }
        transaction.recipients += 1
        state = .transaction(greeting, transaction)
        return .send(Reply.recipientTaken.bytes)
    }

    private mutating func reset() -> Action {
        if case .transaction(let greeting, _) = state {
            state = .ready(greeting)
        }
        return idle(.done)
    }

    private mutating func startTLS(_ isLastInInput: Bool) -> Action {
        switch encryption {
        case .unavailable: return fail(.notImplemented)
        case .active: return fail(.alreadySecure)
        case .offered, .required: break
        }
        if isGreeting { return fail(.helloFirst) }
        // CVE-2011-0411: whatever follows in clear would be taken for the protected session's. Never a matter of policy.
        guard isLastInInput else {
            violations.insert(.illegalPipelining)
            return hangUp(ReplyWords.illegalPipelining.rejecting)
        }
        state = .securing(announced: false)
        return .send(Reply.readyForTLS.bytes)
    }

    // MARK: content

    private mutating func data(_ isLastInInput: Bool) -> Action {
        guard case .transaction(let greeting, let transaction) = state, transaction.chunked == nil else {
            return fail(isGreeting ? .helloFirst : .badSequence)
        }
        guard transaction.recipients > 0 else { return fail(.noRecipients) }
        // RFC 3030 §3
        guard transaction.parameters.body != .binaryMIME else { return fail(.binaryNeedsChunks) }
        if let action = breach(unless: isLastInInput) { return action }
        state = .deciding(.content(greeting, transaction, .untilDot))
        return .ask(.content)
    }

    private mutating func chunk(_ size: UInt64, last: Bool) -> Action {
        if size == 0, !last, let action = countJunk() { return action }
        // Far beyond the limit there is no use in reading it all.
        guard size <= configuration.maximumOctetsRead else {
            return hangUp(ReplyWords.messageTooBig.rejecting)
        }
        guard case .transaction(let greeting, let transaction) = state else {
            return skipChunk(size, isGreeting ? .helloFirst : .badSequence)
        }
        guard transaction.recipients > 0 else { return skipChunk(size, .noRecipients) }
        if let content = transaction.chunked {
            state = .receiving(greeting, transaction, content, .chunk(remaining: size, last: last))
            return .proceed
        }
        state = .deciding(.content(greeting, transaction, .chunk(remaining: size, last: last)))
        return .ask(.content)
    }

    private mutating func skipChunk(_ size: UInt64, _ reply: Reply) -> Action {
        state = .skipping(remaining: size, reply: reply, then: resting)
        return .proceed
    }

    /// The state that the command came in.
    private var resting: Resting {
        switch state {
        case .ready(let greeting): .ready(greeting)
        case .transaction(let greeting, let transaction): .transaction(greeting, transaction)
        default: .greeting
        }
    }

    /// Comes back to a state that waits for commands.
    mutating func rest(in resting: Resting) {
        switch resting {
        case .greeting: state = .greeting
        case .ready(let greeting): state = .ready(greeting)
        case .transaction(let greeting, let transaction): state = .transaction(greeting, transaction)
        }
    }

    var isGreeting: Bool {
        if case .greeting = state { true } else { false }
    }
}

extension Domain {
    /// False for address literals of a kind that nobody has registered (RFC 5321 §4.1.3: only `IPv6` is).
    var isUsable: Bool {
        if case .literal(.general) = self { false } else { true }
    }
}
