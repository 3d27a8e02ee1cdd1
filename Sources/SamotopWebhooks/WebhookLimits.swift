/// Bounds of webhooks.
public struct WebhookLimits: Sendable, Hashable {
    /// Events that wait for one hook; those that come then are dropped.
    public var waiting = 10_000
    /// Events of one post.
    public var batch = 100
    /// Seconds until a post that failed is tried again; doubled each time, up to the longest.
    public var firstPause: Int64 = 1
    public var longestPause: Int64 = 300
    /// Seconds for which a post is tried; then it is dropped.
    public var lifetime: Int64 = 86_400

    /// The defaults.
    public init() {}
}

/// What happens to webhooks, for the log. Names the hook, no address.
public enum WebhookReport: Sendable, Hashable {
    /// A post failed for the first time; why, as a status or an error's type. It is tried again.
    case failed(hook: String, cause: String)
    /// It works again.
    case recovered(hook: String)
    /// So many events are lost: too many waited, nobody took them for too long, or the server ended.
    case dropped(hook: String, events: Int)
}
