import SamotopHTTPS
import SamotopQueue

/// `relay.webhooks.NAME:`, somebody who is told what becomes of mail.
struct WebhookSettings: Sendable, Hashable {
    let name: String
    let url: String
    /// A file with the secret that posts are signed with, for the server's user alone.
    let secretFile: String
    /// What is told.
    let events: Set<QueueOutcome.Kind>

    /// Nil when something is missing, which is reported.
    init?(_ reader: SectionReader, name: String) {
        self.name = name
        let url = reader.required("url", "write https://… (or http://localhost:PORT/… for a program on this machine)") {
            text throws(Unfit) in
            guard HTTPSAddress(text) != nil else {
                throw Unfit(
                    """
                    not a URL to post to: \(Quantity.quoted(text)); use https:// and a host's name, or http://localhost for \
                    a program on this machine, without user or fragment
                    """)
            }
            return text
        }
        let file = reader.required("secret-file", "name a file with a secret of 16 octets or more", Name.path)
        events = Set(reader.list("events", Choice.of(QueueOutcome.Kind.self)) ?? QueueOutcome.Kind.allCases)
        reader.finish()
        guard let url, let file else { return nil }
        (self.url, secretFile) = (url, file)
    }
}
