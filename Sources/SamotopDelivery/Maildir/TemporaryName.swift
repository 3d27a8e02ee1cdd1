/// The name of a file in `tmp`: `<seconds>.P<process>Q<count>R<run>.<host>`, unique among all processes on all hosts.
struct TemporaryName: Sendable, Hashable {
    let seconds: Int64
    let process: Int32
    let count: UInt64
    /// 16 hexadecimal digits, drawn when the process started: tells it from a former one with the same number.
    let run: String
    let host: String

    /// A name that tells the day and nothing else; unique by what was drawn when the process started. It isn't recognised
    /// again: what is left of such files goes when it is old.
    static func coarse(seconds: Int64, count: UInt64, run: String) -> String {
        "\(MaildirNaming.beginning(ofDay: seconds)).Q\(count)R\(run).mail"
    }

    var text: String { "\(seconds).P\(process)Q\(count)R\(run).\(MaildirName.escaped(host))" }

    init(seconds: Int64, process: Int32, count: UInt64, run: String, host: String) {
        self.seconds = seconds
        self.process = process
        self.count = count
        self.run = run
        self.host = host
    }

    /// Recognises a name that this program made on this host; nil for all others.
    init?(_ text: String, host: String) {
        let parts = text.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let seconds = Int64(parts[0]), parts[2] == MaildirName.escaped(host),
            parts[1].first == "P", let q = parts[1].firstIndex(of: "Q"), let r = parts[1].firstIndex(of: "R"), q < r,
            let process = Int32(parts[1][..<q].dropFirst()),
            let count = UInt64(parts[1][parts[1].index(after: q)..<r])
        else { return nil }
        let run = String(parts[1][parts[1].index(after: r)...])
        guard run.utf8.count == 16 else { return nil }
        self.init(seconds: seconds, process: process, count: count, run: run, host: host)
        // What is not spelled as we spell it is not ours.
        guard self.text == text else { return nil }
    }
}
