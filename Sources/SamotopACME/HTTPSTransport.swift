public import ACME
import NameResolution
public import SamotopHTTPS
import TransportSecurity

/// Carries an ACME client's requests by HTTPS.
public struct HTTPSTransport: ACMETransport {
    private let client: HTTPSClient

    /// Over a client whose limit is ``ACME/ACMEClient/maximumResponse`` at least.
    public init(_ client: HTTPSClient) { self.client = client }

    public func send(_ request: ACMERequest) async throws -> ACMEResponse {
        // RFC 8555 §6.1: by HTTPS and nothing else.
        guard let address = HTTPSAddress(request.url), !address.isPlain else {
            throw ACMEError.malformed("a URL that isn't https: with a host's name")
        }
        let fields = request.body == nil ? [] : [(name: "content-type", value: "application/jose+json")]
        do {
            let response = try await client.ask(address, fields: fields, body: request.body)
            return ACMEResponse(status: response.status, fields: response.fields, body: response.body)
        } catch {
            throw AuthorityUnreached(host: address.host.text, cause: error)
        }
    }
}

/// Why an authority wasn't spoken to.
public struct AuthorityUnreached: Error, CustomStringConvertible {
    let host: String
    let cause: HTTPSFetchError

    /// For the operator.
    public var description: String {
        switch cause {
        case .unreachable: "\(host) can't be reached"
        case .timeout: "\(host) doesn't answer in time"
        case .tooLong: "\(host) answers with more than is looked at"
        case .certificate: "the certificate of \(host) isn't one of a trusted authority for this name"
        }
    }
}
