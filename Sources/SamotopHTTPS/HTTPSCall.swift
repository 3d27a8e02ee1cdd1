import NIOHTTP1
import NameResolution

/// One request to a host.
struct HTTPSCall: Sendable {
    var method: HTTPMethod
    var host: DNSName
    var port = 443
    /// The path and the query, from the `/`.
    var path: String
    /// Fields besides those that every request has.
    var fields: [(name: String, value: String)] = []
    var body: [UInt8] = []
    /// Octets of the response's body at most.
    var limit: Int
    /// Without TLS.
    var isPlain = false
    /// Reads the bodies of all responses, not of 200 alone.
    var takesEveryBody = false

    /// Whether the Host field names no port (RFC 9110 §7.2).
    var hasUsualPort: Bool { port == (isPlain ? 80 : 443) }
}
