import SamotopCore

/// How files in a Maildir are named, and what their times tell.
struct MaildirNaming: Sendable, Hashable {
    /// Our name; with ``isCoarse`` it is told nowhere.
    let host: String
    /// Only the day is told: no time, no host, no process.
    var isCoarse = false

    static let day: Int64 = 86_400

    /// A message's name, the same whenever it is asked for.
    func name(_ message: ReceivedMessage) -> MaildirName {
        isCoarse ? MaildirName(coarse: message) : MaildirName(message, host: host)
    }

    /// The names by which a copy may be known that was delivered before this was chosen, and after.
    func names(_ message: ReceivedMessage) -> [MaildirName] {
        [MaildirName(message, host: host), MaildirName(coarse: message)]
    }

    /// The time that a file of this message has, in seconds since 1970; nil: when it was written.
    func fileTime(_ message: ReceivedMessage) -> Int64? {
        isCoarse ? Self.beginning(ofDay: message.received.seconds) : nil
    }

    /// Midnight, in UTC.
    static func beginning(ofDay seconds: Int64) -> Int64 { max(0, seconds) / day * day }
}
