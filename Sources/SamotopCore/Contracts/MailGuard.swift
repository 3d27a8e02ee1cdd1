/// Where policy lives: asked at each stage of a session, in written order.
///
/// Each method defaults to `.pass`. A guard that throws has postponed (451 4.3.0). Evidence goes into `session.evidence`,
/// where later guards, the trace field and the record find it. Guards are shared by all sessions: keep per-session facts in
/// the session, and shared state behind a lock or an actor. The methods run on the session's event loop until they
/// wait for something; never block.
public protocol MailGuard: Sendable {
    /// A short name for the record, for example `prudence`.
    var name: String { get }
    /// What the session machine must enforce on this guard's behalf (RFC 5321 conduct that no later stage could see).
    var conduct: Conduct { get }
    /// Methods of RFC 8601 whose results must be in the evidence before this guard is asked.
    var needs: Set<String> { get }
    /// Methods of RFC 8601 that this guard adds to the evidence.
    var provides: Set<String> { get }

    /// True for guards that decide about strangers: they aren't asked about clients that somebody of ours answers for
    /// (``Session/submitter``).
    var isForStrangers: Bool { get }

    /// True for guards that are asked although one before them has accepted: they are about room, not about senders.
    var isAlwaysAsked: Bool { get }

    /// A client connected; nothing was sent yet.
    func connection(_ session: inout Session) async throws -> Verdict
    /// EHLO, HELO or LHLO; the name is in `session.hello`.
    func hello(_ session: inout Session) async throws -> Verdict
    /// MAIL.
    func sender(_ envelope: Envelope, _ session: inout Session) async throws -> Verdict
    /// RCPT; asked after the directory knew the forward-path and the relay rule let it pass.
    func recipient(_ recipient: Recipient, _ envelope: Envelope, _ session: inout Session) async throws -> Verdict
    /// The whole message was received and not yet acknowledged.
    func message(_ message: ReceivedMessage, _ session: inout Session) async throws -> Verdict

    /// Something that reads the next message's content in the pass that stores it, or nil. It comes back with
    /// ``message(_:tap:_:)``.
    func tap(_ envelope: Envelope, _ session: Session) -> (any ContentTap)?
    /// The same as ``message(_:_:)``, for guards with a tap: only this one is called.
    func message(_ message: ReceivedMessage, tap: (any ContentTap)?, _ session: inout Session) async throws -> Verdict

    /// What became of a message that guards were asked about, just before the reply: it was taken, or a guard, a signer or the
    /// delivery refused it. Of several recipients by LMTP one is enough. Guards that another one came before are told, too.
    func settled(_ message: ReceivedMessage, isTaken: Bool, _ session: Session) async
}

extension MailGuard {
    public var name: String { String(describing: Self.self).lowercased() }
    public var conduct: Conduct { Conduct() }
    public var needs: Set<String> { [] }
    public var provides: Set<String> { [] }
    public var isForStrangers: Bool { false }
    public var isAlwaysAsked: Bool { false }
    public func connection(_ session: inout Session) async throws -> Verdict { .pass }
    public func hello(_ session: inout Session) async throws -> Verdict { .pass }
    public func sender(_ envelope: Envelope, _ session: inout Session) async throws -> Verdict { .pass }
    public func recipient(_ recipient: Recipient, _ envelope: Envelope, _ session: inout Session) async throws
        -> Verdict
    {
        .pass
    }
    public func message(_ message: ReceivedMessage, _ session: inout Session) async throws -> Verdict { .pass }
    public func tap(_ envelope: Envelope, _ session: Session) -> (any ContentTap)? { nil }
    public func message(_ message: ReceivedMessage, tap: (any ContentTap)?, _ session: inout Session) async throws
        -> Verdict
    {
        try await self.message(message, &session)
    }
    public func settled(_ message: ReceivedMessage, isTaken: Bool, _ session: Session) async {}
}

/// Composes guards in written order.
@resultBuilder
public enum GuardBuilder {
    public static func buildExpression(_ guardian: any MailGuard) -> [any MailGuard] { [guardian] }
    public static func buildExpression(_ guards: [any MailGuard]) -> [any MailGuard] { guards }
    public static func buildBlock(_ parts: [any MailGuard]...) -> [any MailGuard] { parts.flatMap { $0 } }
    public static func buildOptional(_ part: [any MailGuard]?) -> [any MailGuard] { part ?? [] }
    public static func buildEither(first part: [any MailGuard]) -> [any MailGuard] { part }
    public static func buildEither(second part: [any MailGuard]) -> [any MailGuard] { part }
    public static func buildArray(_ parts: [[any MailGuard]]) -> [any MailGuard] { parts.flatMap { $0 } }
}
