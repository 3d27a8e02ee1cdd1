/// What the operator sets about ``ContactScreening``.
public struct ScreeningSettings: Sendable, Hashable {
    /// SPF, DKIM and DMARC are asked before it. Without them nothing is ever proved, and a contact is bound to a network.
    public var needsAuthentication = true
    /// Where held mail is kept.
    public var heldFolder = "New contacts"
    /// How many strangers may wait.
    public var limits = RequestLimits()

    /// The defaults.
    public init() {}
}
