import SamotopQueue

/// What a decision did, for programs. The counts are of recipients, not of messages.
struct DecisionDocument: Encodable {
    /// Why some were left; nil where none was.
    struct Reasons: Encodable {
        let delivering: String?
        let unchanged: String?
    }

    let action: QueueRequest.Action
    /// The message that was named; nil: conditions chose.
    let message: String?
    /// The number of the recipient that was named.
    let number: Int?
    let changed: Int
    let delivering: Int
    let unchanged: Int
    let why: Reasons

    init(_ request: QueueRequest, _ result: CommandResult) {
        (action, message, number) = (request.action, request.message, request.number)
        (changed, delivering, unchanged) = (result.changed, result.delivering, result.unchanged)
        why = Reasons(
            delivering: delivering > 0 ? Self.whyDelivering(action) : nil,
            unchanged: unchanged > 0 ? Self.whyUnchanged(action) : nil)
    }

    private static func whyDelivering(_ action: QueueRequest.Action) -> String {
        switch action {
        case .retry, .release: "a delivery is under way"
        default: "a delivery is under way; done after it, unless it settles the recipient"
        }
    }

    private static func whyUnchanged(_ action: QueueRequest.Action) -> String {
        switch action {
        case .hold: "held already, or settled"
        case .retry: "held, or settled already"
        case .release: "not held, or settled already"
        default: "settled already"
        }
    }
}

/// What became of an address that was suppressed, or no longer is, for programs.
struct SuppressionDocument: Encodable {
    let action: QueueRequest.Action
    let address: String
    /// Of how many submitters' mail: an account is one, and so are the clients in relay.from.
    let changed: Int
}
