/// The last days on which messages were removed, or might have been; kept over restarts. A clock that was wrong already when the
/// machine started, and stays so for a while, shows a day far beyond the last one: then nothing is removed until a later day confirms it.
struct ExpiryDays: Sendable, Hashable {
    /// Days that may lie between two rounds without anybody's doubt.
    static let tolerance: Int64 = 2
    private static let day: Int64 = 86_400

    /// The day of the last round that might remove something, since 1970; nil: there was none.
    private(set) var last: Int64?
    /// The day of the last round since then, which might not.
    private(set) var doubted: Int64?

    /// - Parameter text: as ``text`` is; anything else counts as none.
    init(_ text: String = "") {
        let words = text.split { $0 == " " || $0 == "\n" }.map(String.init)
        guard let first = words.first else { return }
        last = Int64(first)
        doubted = words.count > 1 ? Int64(words[1]) : nil
    }

    /// Two numbers, or `-`.
    var text: String { "\(last.map(String.init) ?? "-") \(doubted.map(String.init) ?? "-")\n" }

    /// Notes a round; says whether it may remove something.
    ///
    /// - Parameter time: in seconds since 1970.
    mutating func confirm(_ time: Int64) -> Bool {
        let today = time / Self.day
        let isNear = last.map { today <= $0 &+ Self.tolerance } ?? false
        let isLater = doubted.map { today > $0 && today <= $0 &+ Self.tolerance } ?? false
        guard isNear || isLater else {
            doubted = today
            return false
        }
        (last, doubted) = (today, nil)
        return true
    }
}

/// The same in a file of the state folder.
struct ExpiryDaysFile: Sendable {
    let path: String

    init(_ configuration: Configuration) { path = configuration.state + "/expiry.days" }

    /// What can't be read counts as none: then a day more passes.
    func read() -> ExpiryDays {
        let octets = (try? LocalFile.read(path, limit: 100)) ?? []
        return ExpiryDays(String(decoding: octets, as: UTF8.self))
    }

    func write(_ days: ExpiryDays) throws(SystemFailure) {
        try LocalFile.write(Array(days.text.utf8), to: path, mode: 0o600)
    }
}
