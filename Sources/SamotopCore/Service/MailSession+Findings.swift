import InternetMessage

extension MailSession {
    /// What guards found so far. Findings about one message say nothing about the next.
    struct Findings {
        var evidence: [AuthenticationResult] = []
        var record: [JudgementRecord] = []
    }
}

extension Session {
    /// What guards found so far.
    var findings: MailSession.Findings {
        get { MailSession.Findings(evidence: evidence, record: record) }
        // Where a message is filed says nothing about the next: whatever starts anew starts with the inbox.
        set { (evidence, record, folders) = (newValue.evidence, newValue.record, [:]) }
    }
}
