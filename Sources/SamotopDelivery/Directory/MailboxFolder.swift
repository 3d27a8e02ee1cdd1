/// Where a mailbox's Maildir is, as the table says it, taken apart and checked.
struct MailboxFolder: Sendable, Hashable {
    /// From `/`; otherwise from the root of the mailboxes.
    let isAbsolute: Bool
    /// The steps of the path; at least one, none of them empty, `.` or `..`.
    let steps: [String]

    /// Takes a path apart; nil when a step could lead anywhere else than down.
    init?(_ path: String) {
        isAbsolute = path.utf8.first == UInt8(ascii: "/")
        var steps = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        if isAbsolute { steps.removeFirst() }
        if steps.count > 1, steps.last == "" { steps.removeLast() }
        guard !steps.isEmpty, steps.allSatisfy(Self.isPlain) else { return nil }
        self.steps = steps
    }

    private static func isPlain(_ step: String) -> Bool {
        step != "" && step != "." && step != ".." && !step.utf8.contains(0) && step.utf8.count <= 255
    }
}
