public import NameResolution

/// Fetches policies by HTTPS. What is asked of the one who does it (RFC 8461 §3.3): the server's certificate is
/// verified for exactly this host, redirects are not followed, nothing is taken from a cache, and it is bounded in time
/// and length by what the request says.
public protocol HTTPSFetching: Sendable {
    /// Fetches by GET.
    func fetch(_ request: HTTPSRequest) async throws(HTTPSFetchError) -> HTTPSResponse
}

/// What is to be fetched.
public struct HTTPSRequest: Sendable, Hashable {
    /// The host, port 443.
    public let host: DNSName
    /// The path, from its `/`.
    public let path: String
    /// Octets of a body at most: one more is ``HTTPSFetchError/tooLong``.
    public let maximumLength: Int
    /// Seconds, from connecting to the last octet.
    public let timeout: Int

    /// A request.
    public init(host: DNSName, path: String, maximumLength: Int, timeout: Int) {
        self.host = host
        self.path = path
        self.maximumLength = maximumLength
        self.timeout = timeout
    }
}

/// What a server answered.
public struct HTTPSResponse: Sendable, Hashable {
    /// The status code.
    public let status: Int
    /// The `Content-Type` field, as it came.
    public let contentType: String?
    /// The body.
    public let body: [UInt8]

    /// A response.
    public init(status: Int, contentType: String?, body: [UInt8]) {
        self.status = status
        self.contentType = contentType
        self.body = body
    }
}

/// Why there is no response.
public enum HTTPSFetchError: String, Sendable, Hashable, Codable, Error {
    /// No address, no connection, or it broke.
    case unreachable
    /// The certificate is not one for this host, of an authority that is trusted.
    case certificate
    /// It took too long.
    case timeout
    /// The body is longer than the request allows.
    case tooLong
}
