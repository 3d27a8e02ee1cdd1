/// Puts fields on top of messages that are about to be accepted: signatures of what leaves, seals of what is passed on.
///
/// Signers aren't guards: they are asked when all guards have had their say, also when one of them accepted, so that nothing that is
/// to be signed gets past them. What they write stands in the message's trace, and is as durable as the message.
public protocol MessageSigner: Sendable {
    /// A short name for the record, for example `dkim`.
    var name: String { get }

    /// Reads the next message's content in the pass that stores it; nil when the message is none of this signer's. All recipients
    /// are in the envelope.
    func tap(_ envelope: Envelope, _ session: Session) -> (any ContentTap)?

    /// The fields, each with its CRLF; they follow Return-Path. Runs on the session's event loop until it waits for something;
    /// never block.
    ///
    /// - Parameters:
    ///   - message: with its recipients' destinations as guards left them.
    ///   - tap: what ``tap(_:_:)`` returned, all of the content read.
    /// - Throws: ``SigningFailure``, which says what the client is told. Anything else is 451 4.3.0. The message doesn't exist then: it
    ///   never goes out without what it should bear.
    func fields(for message: ReceivedMessage, tap: any ContentTap, _ session: Session) async throws -> [UInt8]
}

/// Why a message gets no signature, and is not taken therefore.
public enum SigningFailure: Error, Sendable, Hashable {
    /// Not now: 4yz.
    case postponed(Refusal)
    /// Never: 5yz. Only for what is wrong with the message.
    case refused(Refusal)
}

extension SigningFailure {
    var verdict: Verdict {
        switch self {
        case .postponed(let refusal): .postpone(refusal)
        case .refused(let refusal): .reject(refusal)
        }
    }
}
