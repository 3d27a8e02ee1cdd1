/// A delivery agent that takes many messages at once, so that one flush serves several of them: what stands behind a journal.
public protocol BatchDeliveryAgent: DeliveryAgent {
    /// Delivers each message to all its envelope's recipients or to none of them; durable on return.
    ///
    /// - Parameter isReplay: the messages may have been delivered before a crash: an earlier copy must be found, also where
    ///   a reader has moved it.
    /// - Returns: for each message nil, or why it could not be delivered.
    func deliver(_ batch: [ReceivedMessage], isReplay: Bool) async -> [DeliveryError?]
}
