import SMTP

/// A failure as it is shown.
public struct FailureEntry: Sendable, Hashable, Codable {
    /// For example `connect`.
    public var stage: String
    /// For example `4.4.1`.
    public var status: String
    /// The peer's reply with its code, one line each, controls replaced; empty when it isn't the peer's word.
    public var reply: [String]
    /// The host spoken to.
    public var host: String?
    /// Its address.
    public var address: String?
    /// Our words.
    public var words: String
    /// It concerns the destination, not the message.
    public var isHostWide: Bool

    init(_ failure: AttemptFailure) {
        stage = failure.stage.word
        status = failure.status.description
        if let reply = failure.reply {
            let texts = reply.lines.isEmpty ? [""] : reply.lines.map(Self.text)
            self.reply = texts.map { $0.isEmpty ? "\(reply.code)" : "\(reply.code) \($0)" }
        } else {
            reply = []
        }
        host = failure.remote?.name
        address = failure.remote?.address
        words = failure.words
        isHostWide = failure.isHostWide
    }

    /// A peer's octets for a person's terminal: no control reaches it.
    private static func text(_ octets: [UInt8]) -> String {
        let text = String(decoding: octets, as: UTF8.self)
        return String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { scalar in
                    switch scalar.properties.generalCategory {
                    case .control, .format, .lineSeparator, .paragraphSeparator: "?"
                    default: scalar
                    }
                }))
    }
}
