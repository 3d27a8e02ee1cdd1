/// The client's side of one mechanism (RFC 4422 §3), octets in and out, without base64.
protocol SASLExchange: Sendable {
    /// What goes with AUTH; nil when the server speaks first.
    var initialResponse: [UInt8]? { get }
    /// Answers a challenge.
    mutating func respond(to challenge: [UInt8]) throws(AuthenticationFault) -> [UInt8]
    /// Whether the server has done its part, so that its yes counts.
    var isServerProven: Bool { get }
}

extension SASLExchange {
    var isServerProven: Bool { true }
}

/// A mechanism of one message: PLAIN (RFC 4616), EXTERNAL (RFC 4422 appendix A), XOAUTH2 and OAUTHBEARER (RFC 7628).
struct SingleMessageExchange: SASLExchange {
    let initialResponse: [UInt8]?
    /// The answer to a challenge that explains an error (RFC 7628 §3.2.3); nil: there is none to give.
    private var acknowledgement: [UInt8]?

    static func plain(_ user: String, _ password: String, _ authorizing: String?) throws(AuthenticationFault)
        -> SingleMessageExchange
    {
        for part in [user, password, authorizing ?? ""] where part.utf8.contains(0) { throw .unusableCredentials }
        guard !user.isEmpty, !password.isEmpty else { throw .unusableCredentials }
        let message = Array((authorizing ?? "").utf8) + [0] + Array(user.utf8) + [0] + Array(password.utf8)
        return SingleMessageExchange(initialResponse: message, acknowledgement: nil)
    }

    static func external(_ authorizing: String?) throws(AuthenticationFault) -> SingleMessageExchange {
        guard authorizing?.utf8.contains(0) != true else { throw .unusableCredentials }
        return SingleMessageExchange(initialResponse: Array((authorizing ?? "").utf8), acknowledgement: nil)
    }

    static func xoauth2(_ user: String, _ token: String) throws(AuthenticationFault) -> SingleMessageExchange {
        try checkBearer(user, token)
        return SingleMessageExchange(
            initialResponse: Array("user=\(user)\u{1}auth=Bearer \(token)\u{1}\u{1}".utf8), acknowledgement: [])
    }

    static func oauthBearer(_ user: String, _ token: String) throws(AuthenticationFault) -> SingleMessageExchange {
        try checkBearer(user, token)
        let name = SCRAMExchange.escaped(user)
        return SingleMessageExchange(
            initialResponse: Array("n,a=\(name),\u{1}auth=Bearer \(token)\u{1}\u{1}".utf8), acknowledgement: [1])
    }

    /// RFC 6750 §2.1: a token is printable ASCII; neither may hold the separator.
    private static func checkBearer(_ user: String, _ token: String) throws(AuthenticationFault) {
        guard !token.isEmpty, token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }),
            !user.isEmpty, user.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
        else { throw .unusableCredentials }
    }

    mutating func respond(to challenge: [UInt8]) throws(AuthenticationFault) -> [UInt8] {
        guard let answer = acknowledgement else { throw .malformedChallenge }
        acknowledgement = nil
        return answer
    }
}

/// LOGIN: the server asks for the name, then for the password, in words of its own.
struct LoginExchange: SASLExchange {
    let initialResponse: [UInt8]? = nil
    private var answers: [[UInt8]]

    init(_ user: String, _ password: String) throws(AuthenticationFault) {
        guard !user.isEmpty, !password.isEmpty else { throw .unusableCredentials }
        answers = [Array(password.utf8), Array(user.utf8)]
    }

    mutating func respond(to challenge: [UInt8]) throws(AuthenticationFault) -> [UInt8] {
        guard let answer = answers.popLast() else { throw .malformedChallenge }
        return answer
    }
}
