/// A request to an authority, by HTTPS (RFC 8555 §6.1).
public struct ACMERequest: Sendable, Hashable {
    /// An absolute URL, as the authority wrote it.
    public let url: String
    /// A JWS in JSON, which is posted as `application/jose+json` (RFC 8555 §6.2); nil: GET.
    public let body: [UInt8]?

    init(_ url: String, body: [UInt8]? = nil) {
        self.url = url
        self.body = body
    }
}

/// What an authority answers.
public struct ACMEResponse: Sendable, Hashable {
    /// 200 to 599.
    public let status: Int
    /// Header fields by their names in lower case, each value as it came.
    public let fields: [String: [String]]
    /// All of it.
    public let body: [UInt8]

    /// A response.
    ///
    /// - Parameter fields: names in any case.
    public init(status: Int, fields: [(name: String, value: String)], body: [UInt8]) {
        self.status = status
        self.body = body
        self.fields = fields.reduce(into: [:]) { $0[$1.name.lowercased(), default: []].append($1.value) }
    }

    func field(_ name: String) -> String? { fields[name]?.first }

    /// Seconds to wait, where the authority says so (RFC 9110 §10.2.3); dates count for nothing.
    var retryAfter: Int? { field("retry-after").flatMap { Int($0) }.flatMap { $0 >= 0 ? $0 : nil } }
}

/// Carries requests to an authority. It verifies the authority's certificate, follows no redirects, and bounds time and size.
public protocol ACMETransport: Sendable {
    /// The response, whatever its status is.
    ///
    /// - Throws: when there is none.
    func send(_ request: ACMERequest) async throws -> ACMEResponse
}
