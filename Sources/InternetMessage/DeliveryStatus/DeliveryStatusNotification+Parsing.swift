extension DeliveryStatusNotification {
    /// Reads the first delivery status of a message (RFC 3464), leniently: a recipient needs an address, and an action or a
    /// status; what else is missing or malformed is left out. A delivery status in a message that is attached does not count.
    ///
    /// - Returns: nil when there is no delivery status with a recipient.
    public init?(parsing message: MIMEMessage) {
        return nil
    }
}
