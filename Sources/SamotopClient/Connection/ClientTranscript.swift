/// A piece of what a client and a server say, for people to read. Holds addresses; never a password.
public enum ClientTranscript: Sendable, Hashable {
    /// A line of the client's, without its line end.
    case sent([UInt8])
    /// A line of the server's, without its line end.
    case received([UInt8])
    /// An answer in an authentication exchange, which isn't shown.
    case secret
    /// The content of the message goes out now.
    case content
    /// All that follows is inside TLS.
    case secured(PeerTLS)

    /// The lines of what was written in one go.
    static func lines(_ octets: some Collection<UInt8>) -> [[UInt8]] {
        octets.split(separator: 0x0A).map { line in Array(line.last == 0x0D ? line.dropLast() : line) }
    }

    /// What is shown of a line of the client's while it authenticates: the mechanism, and nothing that was computed of a password.
    static func authenticating(_ line: [UInt8]) -> ClientTranscript {
        let words = line.split(separator: 0x20, maxSplits: 2)
        guard words.count > 1, words[0].elementsEqual("AUTH".utf8) else { return .secret }
        return .sent(Array(words[0] + [0x20] + words[1]) + (words.count > 2 ? Array(" (a secret)".utf8) : []))
    }
}
