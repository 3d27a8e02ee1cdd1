/// What became of a program that was started for a message.
public struct ProgramResult: Sendable, Hashable {
    /// How it ended.
    public enum End: Sendable, Hashable {
        /// By itself, with this status.
        case exited(Int32)
        /// By a signal that somebody else sent, or by its own fault.
        case signalled(Int32)
        /// Its time was over: it was killed, with all of its process group.
        case timedOut
        /// Nobody waits for it any more: it was killed, too.
        case cancelled
        /// The message couldn't be read to its end: it was killed before it could take a part for the whole.
        case unreadable
        /// The system didn't start it; what it said.
        case notStarted(String)
    }

    /// How it ended.
    public let end: End
    /// The first octets that it wrote on its standard output and error.
    public let output: [UInt8]

    /// Makes a result.
    public init(_ end: End, output: [UInt8] = []) {
        self.end = end
        self.output = output
    }
}
