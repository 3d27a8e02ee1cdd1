import NameResolution
import SMTP
import SamotopCore
import SamotopQueue

/// What `samotop queue` asks a running server: a line of JSON on the control socket.
struct QueueRequest: Codable, Sendable {
    enum Action: String, Codable, CaseIterable {
        case totals, list, show, destinations, retry, hold, release, fail, drop, readdress
        case outcomes, suppressed, suppress, unsuppress
    }

    var action: Action
    /// The message that it is about; nil: those that the conditions fit.
    var message: String?
    /// The number of the message's recipient; nil: all.
    var number: Int?
    var sender: String?
    var recipient: String?
    var destination: String?
    var state: QueueEntryState?
    /// Queued so many seconds ago, at least.
    var olderThan: Int64?
    var cursor: Int?
    var limit: Int?
    /// Whose suppressed addresses: an account's, or those of clients in relay.from; neither: everybody's.
    var account: String?
    var network: Bool?
    /// Why, for `hold` and `fail`; the new address, for `readdress`; the address, for `suppress` and `unsuppress`.
    var words: String?

    init(_ action: Action) { self.action = action }

    /// The conditions; throws what is wrong with them.
    func query(now: Timestamp) throws(ControlRefusal) -> QueueQuery {
        var query = QueueQuery()
        if let sender {
            if sender.isEmpty || sender == "<>" {
                query.sender = .null
            } else {
                query.sender = .mailbox(try Self.mailbox(sender))
            }
        }
        if let recipient { query.recipient = try Self.mailbox(recipient) }
        // The queue counts an internationalised domain by its A-labels.
        query.destination = destination.map { text in
            QueueDestination(name: (DNSName(internationalized: Array(text.utf8))?.text ?? text).lowercased())
        }
        query.state = state
        if let olderThan { query.before = Timestamp(seconds: now.seconds - olderThan) }
        return query
    }

    /// Which recipients; throws what is wrong with the conditions.
    func selection(now: Timestamp) throws(ControlRefusal) -> QueueSelection {
        if let message { return .message(message, recipient: number) }
        return .matching(try query(now: now))
    }

    /// The command; nil when it only asks.
    func command() throws(ControlRefusal) -> QueueCommand? {
        switch action {
        case .totals, .list, .show, .destinations, .outcomes, .suppressed, .suppress, .unsuppress: return nil
        case .retry: return .retry
        case .hold: return .hold(words: words ?? "")
        case .release: return .release
        case .fail: return .fail(words: words ?? "")
        case .drop: return .drop
        case .readdress: return .readdress(NewRecipient(try Self.mailbox(words ?? "")))
        }
    }

    /// Whose suppressed addresses; nil: everybody's.
    var submitter: Submitter? {
        if let account { return Submitter(.authenticated, name: account.lowercased()) }
        return network == true ? Submitter(.local, name: OutgoingRooms.network) : nil
    }

    static func mailbox(_ text: String) throws(ControlRefusal) -> Mailbox {
        guard let mailbox = Mailbox(text) else { throw ControlRefusal(words: "\(text) is no address") }
        return mailbox
    }
}
