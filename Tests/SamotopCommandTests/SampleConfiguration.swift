/// A small configuration without fault, for tests to break.
enum SampleConfiguration {
    static let text = """
        name: mx.example.test
        state: /var/lib/samotop
        postmaster: ann@example.test
        listeners:
          mx:
            listen: 127.0.0.1:2525
            tls: none
        domains:
          example.test:
            mailboxes:
              ann:
              bob: /home/bob/Maildir
            aliases:
              info: [ann, bob]

        """

    /// The text with one line replaced, or with lines behind it.
    static func with(_ old: String = "", _ new: String) -> String {
        guard !old.isEmpty else { return text + new + "\n" }
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard let index = lines.firstIndex(where: { $0.drop { $0 == " " } == old }) else {
            return "no such line: \(old)"
        }
        let indent = lines[index].prefix { $0 == " " }
        lines[index] = new.split(separator: "\n").map { indent + $0 }.joined(separator: "\n")
        return lines.joined(separator: "\n")
    }
}
