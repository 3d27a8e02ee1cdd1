// AUTH (RFC 4954): the exchange's order and encoding. What its messages mean is policy's to say.

extension ServerSession {
    /// RFC 4954 §6: what works without authentication where it is required. HELP tells nobody anything.
    func isAllowedToAnyone(_ verb: CommandVerb?) -> Bool {
        switch verb {
        case .auth, .ehlo, .helo, .lhlo, .noop, .rset, .quit, .startTLS, .help: true
        default: false
        }
    }

    /// Passwords go inside TLS only.
    var offersAuthentication: Bool {
        configuration.authentication != .unavailable && encryption == .active && !mechanisms.isEmpty
    }

    /// Octets without a line end that close the session.
    var longestLine: Int {
        // RFC 4954 §4: an exchange's lines may be longer than commands are.
        offersAuthentication && !isAuthenticated ? Limits.authLine : Self.maximumBufferedLine
    }

    mutating func authenticate(_ mechanism: [UInt8], _ initialResponse: [UInt8]?) -> Action {
        guard configuration.authentication != .unavailable else { return fail(.notImplemented) }
        guard encryption == .active else { return fail(.authenticationNeedsTLS) }
        guard case .ready(let greeting) = state, !isAuthenticated else {
            return fail(isGreeting ? .helloFirst : .badSequence)
        }
        let mechanism = String(decoding: mechanism, as: UTF8.self)
        guard mechanisms.contains(mechanism) else { return fail(.mechanismUnknown) }
        guard authenticationFailures < configuration.maximumAuthenticationFailures else {
            return hangUp(ReplyWords.tooManyAuthentications.disconnecting(permanent: false))
        }
        var response: [UInt8]?
        if let initialResponse {
            // RFC 4954 §4: "=" is the empty one.
            let text = initialResponse == [UInt8(ascii: "=")] ? [] : initialResponse
            guard let octets = Base64Text.decode(text) else { return fail(.authenticationEncoding) }
            response = octets
        }
        state = .deciding(.authentication(greeting))
        return .ask(.authentication(mechanism: mechanism, response: response))
    }

    /// Takes the line that answers a challenge.
    mutating func response(_ greeting: Greeting, _ input: Span<UInt8>) -> Step {
        guard let end = lineFeed(input) else {
            guard input.count >= longestLine else {
                state = .authenticating(greeting)
                return Step(consumed: 0, action: .read)
            }
            return Step(consumed: input.count, action: hangUp(.authenticationLineTooLong))
        }
        guard end > 0, input[end - 1] == 0x0D else {
            return Step(consumed: input.count, action: hangUp(.bareNewlineInCommand))
        }
        let line = input.extracting(0..<(end - 1)).withUnsafeBufferPointer { Array($0) }
        return Step(consumed: end + 1, action: response(greeting, line))
    }

    private mutating func response(_ greeting: Greeting, _ line: [UInt8]) -> Action {
        state = .ready(greeting)
        guard line != [UInt8(ascii: "*")] else { return fail(.authenticationCancelled) }
        guard let octets = Base64Text.decode(line) else { return fail(.authenticationEncoding) }
        state = .deciding(.authentication(greeting))
        return .ask(.authenticationResponse(octets))
    }

    mutating func answerAuthentication(_ answer: Answer, _ greeting: Greeting) -> Action {
        switch answer {
        case .challenge(let challenge):
            state = .authenticating(greeting)
            return .send(Array("334 ".utf8) + Base64Text.encode(challenge) + [0x0D, 0x0A])
        case .reply(let reply) where !reply.isPositive:
            state = .ready(greeting)
            authenticationFailures += 1
            return fail(reply)
        default:
            state = .ready(greeting)
            isAuthenticated = true
            return .send(Reply.authenticated.bytes)
        }
    }
}
