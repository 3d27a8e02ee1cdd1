// AUTH (RFC 4954), and commands of the caller's.

extension ClientSession {
    /// Says AUTH. The mechanism's messages are base64 already; an empty initial response is `=`.
    ///
    /// - Throws: ``ClientFault/authenticationInClear`` without TLS, if that isn't allowed.
    public mutating func authenticate(
        _ mechanism: [UInt8], initialResponse: [UInt8]?, isAllowedInClear: Bool = false
    ) throws(ClientFault) -> Action {
        guard case .ready = state else { throw .badSequence }
        guard isSecure || isAllowedInClear else { throw .authenticationInClear }
        var initialResponse = initialResponse
        let command = Command.auth(mechanism: mechanism, initialResponse: initialResponse)
        guard var line = try? command.encoded() else { throw .unsuitableCommand }
        // RFC 4954 §4 allows more, but what is longer than a line of SMTP is safer as the answer to an empty challenge.
        if let response = initialResponse, line.count > Limits.commandLine - 2 {
            line = Command.auth(mechanism: mechanism, initialResponse: nil).bytes
            state = .authenticating(initialResponse: response == [0x3D] ? [] : response)
        } else {
            initialResponse = nil
            state = .authenticating(initialResponse: nil)
        }
        return .send(line + [0x0D, 0x0A])
    }

    /// Answers a challenge, in base64.
    public mutating func respond(_ response: [UInt8]) throws(ClientFault) -> Action {
        guard case .authenticating(nil) = state else { throw .badSequence }
        guard response.allSatisfy({ $0.isBase64Char || $0 == 0x3D }), response.count <= Limits.authLine - 2 else {
            throw .unsuitableCommand
        }
        return .send(response + [0x0D, 0x0A])
    }

    /// Breaks the exchange off (RFC 4954 §4); the server answers 501.
    public mutating func cancelAuthentication() throws(ClientFault) -> Action {
        guard case .authenticating = state else { throw .badSequence }
        state = .authenticating(initialResponse: nil)
        return .send([0x2A, 0x0D, 0x0A])
    }

    mutating func answeredAuthentication(_ reply: ServerReply, _ initialResponse: [UInt8]?) -> Action {
        switch reply.severity {
        case 3:
            guard reply.code == 334 else { return fail(.unexpectedReply(reply)) }
            state = .authenticating(initialResponse: nil)
            if let initialResponse {
                guard reply.text.isEmpty else { return .challenge(reply.text) }
                return .send(initialResponse + [0x0D, 0x0A])
            }
            return .challenge(reply.text)
        case 2:
            guard reply.code == 235 else { return fail(.unexpectedReply(reply)) }
            state = .ready
            return .authentication(reply)
        default:
            if reply.isClosing { return fail(.refused(reply)) }
            state = .ready
            return .authentication(reply)
        }
    }

    /// The most octets of a command of the caller's, without CRLF.
    public static let maximumCommand = 2046

    /// Says a command that has one reply.
    public mutating func command(_ line: [UInt8]) throws(ClientFault) -> Action {
        guard case .ready = state else { throw .badSequence }
        guard !line.isEmpty, line.count <= Self.maximumCommand, !line.contains(where: { $0 < 0x20 || $0 == 0x7F })
        else {
            throw .unsuitableCommand
        }
        let verb = CommandVerb(of: line.span)
        switch verb {
        case .ehlo, .helo, .lhlo, .startTLS, .auth, .data, .bdat, .quit: throw .unsuitableCommand
        default: break
        }
        state = .commanding(verb)
        return .send(line + [0x0D, 0x0A])
    }

    mutating func answeredCommand(_ reply: ServerReply, _ verb: CommandVerb?) -> Action {
        if reply.isClosing { return fail(.refused(reply)) }
        if verb == .mail, reply.isCompletion { needsReset = true }
        if verb == .rset { needsReset = !reply.isCompletion }
        state = .ready
        return .reply(reply)
    }
}
