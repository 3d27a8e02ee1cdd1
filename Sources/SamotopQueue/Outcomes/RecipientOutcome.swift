/// What became of one recipient in an attempt.
public enum RecipientOutcome: Sendable, Hashable {
    /// 2yz to the final dot (LMTP: to that recipient). ``RemoteReply/relayed`` says who tells the sender of success.
    case delivered(RemoteReply)
    /// 4yz, no connection, DNS down, TLS policy not met: to be tried again.
    case postponed(AttemptFailure)
    /// 5yz, null MX, NXDOMAIN, not convertible: never to be tried again.
    case refused(AttemptFailure)
    /// A person must decide (signatures): waits without retry and without expiry until it is released.
    case held(HoldReason)
}
