/// Why an exchange ended without success. It carries nothing of what was said.
public enum SASLFailure: Error, Sendable, Hashable {
    /// A message that isn't of the mechanism's form: 501 5.5.2.
    case malformed
    /// A wrong name or password, or an identity that isn't the client's to act as: 535 5.7.8.
    case credentials
    /// The client and we don't see the same TLS, or somebody took a mechanism out of our list: 535 5.7.8.
    case channelBinding
}
