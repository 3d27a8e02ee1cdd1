/// Bounds how often someone may try to sign in; all ways in share one.
public protocol SignInLimiter: Sendable {
    /// Whether a try is looked at, from this network and for this name. It counts as failed from now on, so that
    /// many at the same
    /// moment can't slip through.
    func admits(name: String, network: String) async -> Bool
    /// The try succeeded: it doesn't count, and the name's failures from this network are forgotten.
    func succeeded(name: String, network: String) async
    /// Whether the try was right couldn't be found out, or counts for another name: it doesn't count, and nothing else changes.
    func withdrawn(name: String, network: String) async
}
