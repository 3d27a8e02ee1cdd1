import SMTP

extension MailService {
    /// The mechanisms that AUTH offers in a session; none outside of submission.
    func mechanisms(for session: Session) -> [String] {
        guard session.role == .submission, session.tls != nil else { return [] }
        return submission?.authenticator.mechanisms(for: session) ?? []
    }

    /// One message of an exchange. Nil: there is no exchange that it could belong to.
    func authenticate(
        _ exchange: (any AuthenticationExchange)?, _ message: [UInt8]?, _ session: Session
    ) async -> Decision {
        var decision = Decision(answer: .proceed, session: session)
        let missing = Verdict.postpone(Refusal(.authenticationUnavailable, cause: "no such mechanism any more"))
        switch await exchange?.respond(to: message, in: session) ?? .failed(missing) {
        case .challenge(let challenge, let next):
            decision.answer = .challenge(challenge)
            decision.effect = .exchanging(next)
        case .authenticated(let submitter):
            decision.session.submitter = submitter
            decision.news.append(.authenticated(submitter))
        case .failed(let verdict):
            guard settle(.hello, "authentication", verdict, &decision) else { break }
            // What isn't a refusal can't be a failure: never take it for success.
            decision.answer = .reply(ReplyWords.localError.postponing)
        }
        return decision
    }
}
