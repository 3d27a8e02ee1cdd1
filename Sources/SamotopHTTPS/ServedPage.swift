public import NameResolution

/// A request that isn't for a policy.
public struct PageRequest: Sendable, Hashable {
    /// Of the Host field, without its port.
    public let host: DNSName
    /// Without its query.
    public let path: String
    /// Of a POST; nil: GET or HEAD.
    public let body: [UInt8]?

    /// A request.
    public init(host: DNSName, path: String, body: [UInt8]?) {
        self.host = host
        self.path = path
        self.body = body
    }
}

/// What is there besides policies.
public struct ServedPage: Sendable, Hashable {
    /// For example `text/xml; charset=utf-8`.
    public let contentType: String
    /// All of it.
    public let body: [UInt8]

    /// A page.
    public init(contentType: String, body: [UInt8]) {
        self.contentType = contentType
        self.body = body
    }
}
