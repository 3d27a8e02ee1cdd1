import Foundation

/// A client of one authority with one account (RFC 8555): directory, nonces, signed requests.
///
/// What it does over whole issues is ``ACMEIssuance``'s part.
public actor ACMEClient {
    /// Octets of a response that are looked at.
    public static let maximumResponse = 256 << 10
    /// How often a request is signed anew because its nonce was refused (RFC 8555 §6.5).
    static let nonceTries = 10
    /// Nonces that are kept.
    private static let keptNonces = 16

    let key: ACMEAccountKey
    private let directoryURL: String
    private let transport: any ACMETransport
    private var known: ACMEDirectory?
    private var nonces: [String] = []
    private var account: String?

    /// Asks nothing yet.
    ///
    /// - Parameter directory: the URL of the authority's directory.
    public init(directory: String, key: ACMEAccountKey, transport: any ACMETransport) {
        directoryURL = directory
        self.key = key
        self.transport = transport
    }

    /// The authority's directory; asked for once.
    public func directory() async throws -> ACMEDirectory {
        if let known { return known }
        let response = try await transport.send(ACMERequest(directoryURL))
        guard response.status == 200 else { throw Self.failure(response) }
        let found: ACMEDirectory = try Self.decoded(response, "directory")
        known = found
        return found
    }

    /// The account of the key: the one there is, or a new one (RFC 8555 §7.3). Its URL is what CAA records can name (RFC 8657).
    ///
    /// - Parameters:
    ///   - contact: mail addresses that the authority may write to.
    ///   - agreesToTerms: that the operator agrees to the authority's terms of service.
    @discardableResult
    public func register(contact: [String], agreesToTerms: Bool) async throws -> String {
        if let account { return account }
        let directory = try await directory()
        if directory.meta?.externalAccountRequired == true { throw ACMEError.externalAccount }
        if let terms = directory.meta?.termsOfService, !agreesToTerms { throw ACMEError.terms(terms) }
        var wish: [String: Any] = ["termsOfServiceAgreed": agreesToTerms]
        if !contact.isEmpty { wish["contact"] = contact.map { "mailto:\($0)" } }
        let response = try await post(Self.json(wish), to: directory.newAccount, by: .key)
        guard response.status == 200 || response.status == 201, let place = response.field("location") else {
            throw ACMEError.malformed("an account without a URL")
        }
        account = place
        return place
    }

    /// Orders a certificate: the order, and where it is.
    func newOrder(_ names: [String]) async throws -> (order: ACMEOrder, url: String) {
        let wish = ["identifiers": names.map { ["type": "dns", "value": $0] }]
        let response = try await post(Self.json(wish), to: try await directory().newOrder, by: try signer())
        guard let place = response.field("location") else { throw ACMEError.malformed("an order without a URL") }
        return (try Self.decoded(response, "order"), place)
    }

    /// Reads an object, and how long to wait before it is read again.
    func read<Object: Decodable & Sendable>(
        _ type: Object.Type, at url: String
    ) async throws -> (object: Object, retryAfter: Int?) {
        let response = try await post([], to: url, by: try signer())
        return (try Self.decoded(response, "\(type)"), response.retryAfter)
    }

    /// Says that a challenge can be looked at (RFC 8555 §7.5.1).
    func answer(challenge url: String) async throws {
        _ = try await post(Array("{}".utf8), to: url, by: try signer())
    }

    /// Sends the certificate request (RFC 8555 §7.4).
    func finalize(_ order: ACMEOrder, request: [UInt8]) async throws {
        _ = try await post(Self.json(["csr": Base64URL.encoded(request)]), to: order.finalize, by: try signer())
    }

    /// The chain in PEM (RFC 8555 §7.4.2).
    func chain(at url: String) async throws -> String {
        let response = try await post([], to: url, by: try signer())
        guard let text = String(validating: response.body, as: UTF8.self) else {
            throw ACMEError.malformed("a certificate that isn't PEM")
        }
        return text
    }

    private func signer() throws -> ACMEAccountKey.Signer {
        guard let account else { throw ACMEError.malformed("no account yet") }
        return .account(account)
    }

    /// RFC 8555 §6.2 to §6.5.
    private func post(
        _ payload: [UInt8], to url: String, by signer: ACMEAccountKey.Signer
    ) async throws -> ACMEResponse {
        var left = Self.nonceTries
        while true {
            left -= 1
            let nonce = try await nonce()
            let response = try await transport.send(
                ACMERequest(url, body: try key.signed(payload, for: url, nonce: nonce, by: signer)))
            keepNonce(of: response)
            if (200..<300).contains(response.status) { return response }
            let failure = Self.failure(response)
            guard case .refused(let problem, _) = failure, problem.is("badNonce"), left > 0 else { throw failure }
        }
    }

    private func nonce() async throws -> String {
        if let nonce = nonces.popLast() { return nonce }
        let response = try await transport.send(ACMERequest(try await directory().newNonce))
        keepNonce(of: response)
        guard let nonce = nonces.popLast() else { throw ACMEError.malformed("no nonce") }
        return nonce
    }

    private func keepNonce(of response: ACMEResponse) {
        // RFC 8555 §6.5.1: what isn't base64url is no nonce.
        guard let nonce = response.field("replay-nonce"), Base64URL.isEncoded(nonce), nonces.count < Self.keptNonces
        else { return }
        nonces.append(nonce)
    }

    private static func failure(_ response: ACMEResponse) -> ACMEError {
        guard let problem = try? JSONDecoder().decode(ACMEProblem.self, from: Data(response.body)) else {
            return .refused(
                ACMEProblem(type: "about:blank", detail: "status \(response.status)"), retryAfter: response.retryAfter)
        }
        return .refused(problem, retryAfter: response.retryAfter)
    }

    private static func decoded<Object: Decodable>(_ response: ACMEResponse, _ what: String) throws -> Object {
        guard let object = try? JSONDecoder().decode(Object.self, from: Data(response.body)) else {
            throw ACMEError.malformed(what)
        }
        return object
    }

    private static func json(_ object: Any) throws -> [UInt8] {
        Array(try JSONSerialization.data(withJSONObject: object, options: [.sortedKeys, .withoutEscapingSlashes]))
    }
}
