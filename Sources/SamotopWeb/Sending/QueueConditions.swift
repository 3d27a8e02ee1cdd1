#if Web
    import NameResolution
    import SMTP
    import SamotopCore
    import SamotopQueue

    /// Which messages of the queue are meant: what stands in the fields of a form.
    struct QueueConditions {
        /// Why a field can't be used: a word of the catalogue.
        struct Problem: Error {
            let word: String
        }

        var sender = ""
        var recipient = ""
        var destination = ""
        var state: QueueEntryState?
        /// Only what was queued before this moment, in seconds since 1970.
        var before: Int64?

        init(_ fields: FormFields) {
            sender = fields.line("sender", limit: 320)
            recipient = fields.line("recipient", limit: 320)
            destination = fields.line("destination", limit: 255)
            state = QueueEntryState(rawValue: fields["state"])
            before = Int64(fields["before"])
        }

        /// The fields of a form or query that say the same.
        var fields: [(name: String, value: String)] {
            let all: [(name: String, value: String)] = [
                ("sender", sender), ("recipient", recipient), ("destination", destination),
                ("state", state?.rawValue ?? ""), ("before", before.map(String.init) ?? ""),
            ]
            return all.filter { !$0.value.isEmpty }
        }

        /// The address of the page with these conditions.
        var path: String {
            let pairs = fields.map { "\($0.name)=\($0.value.queryEncoded)" }
            return Section.queue.path + (pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&"))
        }

        func query() throws(Problem) -> QueueQuery {
            var query = QueueQuery()
            if sender == "<>" {
                query.sender = .null
            } else if !sender.isEmpty {
                query.sender = .mailbox(try Self.mailbox(sender))
            }
            if !recipient.isEmpty { query.recipient = try Self.mailbox(recipient) }
            if !destination.isEmpty {
                // The queue counts an internationalised domain by its A-labels.
                let name = DNSName(internationalized: Array(destination.utf8))?.text ?? destination
                query.destination = QueueDestination(name: name.lowercased())
            }
            query.state = state
            if let before { query.before = Timestamp(seconds: before) }
            return query
        }

        static func mailbox(_ text: String) throws(Problem) -> Mailbox {
            guard let mailbox = Mailbox(text) else { throw Problem(word: "queue-no-address") }
            return mailbox
        }
    }
#endif
