/// The certificates that a server presented, unchecked.
public struct PeerChain: Sendable, Hashable {
    /// Each in DER, the server's own first, in the order the server sent them.
    public let certificates: [[UInt8]]
    /// The name the client asked for as SNI, if any.
    public let serverName: String?

    /// Makes a chain.
    public init(certificates: [[UInt8]], serverName: String?) {
        self.certificates = certificates
        self.serverName = serverName
    }
}
