import Crypto
import Foundation
import SwiftASN1
import Synchronization
import X509

@testable import ACME

/// An authority in memory: takes signed requests, checks each signature, nonce and URL, and issues.
final class MemoryAuthority: ACMETransport {
    /// What a test may want of it.
    struct Conduct: Sendable {
        /// Refuses so many nonces that are good.
        var refusedNonces = 0
        var terms: String?
        var externalAccount = false
        var offers = ["dns-01", "http-01", "tls-alpn-01"]
        /// Looks at a challenge so many times before it says anything.
        var looks = 1
        /// Whether what is shown for a name is right.
        var proves: @Sendable (String) -> Bool = { _ in true }
        /// Issues for these names instead.
        var otherNames: [String]?
        var usesOtherKey = false
        var token = "evaGxfADs6pSRb2LAv9IZf17Dt3juxGJ-PCt92wr-oA"
        var rateLimit: Int?
    }

    private struct State {
        var conduct: Conduct
        var nonces: Set<String> = []
        var made = 0
        var key: P256.Signing.PublicKey?
        var names: [String] = []
        var looksLeft: [Int: Int] = [:]
        var request: [UInt8] = []
        var seen: [String] = []
        var order = "pending"
    }

    private let state: Mutex<State>
    static let base = "https://ca.test"

    init(_ conduct: Conduct = Conduct()) { state = Mutex(State(conduct: conduct)) }

    /// The paths that were asked for, in order.
    var seen: [String] { state.withLock { $0.seen } }
    var accountKey: P256.Signing.PublicKey? { state.withLock { $0.key } }

    func send(_ request: ACMERequest) async throws -> ACMEResponse {
        try state.withLock { try Self.answer(request, &$0) }
    }

    private static func answer(_ request: ACMERequest, _ state: inout State) throws -> ACMEResponse {
        let path = String(request.url.dropFirst(base.count))
        state.seen.append(path)
        guard let body = request.body else {
            switch path {
            case "/dir":
                var meta: [String: Any] = ["externalAccountRequired": state.conduct.externalAccount]
                if let terms = state.conduct.terms { meta["termsOfService"] = terms }
                return try response(
                    200,
                    [
                        "newNonce": base + "/nonce", "newAccount": base + "/account", "newOrder": base + "/order",
                        "meta": meta,
                    ], &state)
            case "/nonce": return try response(204, nil, &state)
            default: return try problem(405, "malformed", &state)
            }
        }
        guard let signed = try JSONSerialization.jsonObject(with: Data(body)) as? [String: String],
            let head = try JSONSerialization.jsonObject(with: decoded(signed["protected"])) as? [String: Any],
            head["url"] as? String == request.url, head["alg"] as? String == "ES256",
            let nonce = head["nonce"] as? String, state.nonces.remove(nonce) != nil
        else { return try problem(400, "malformed", &state) }
        if let jwk = head["jwk"] as? [String: String] {
            state.key = try P256.Signing.PublicKey(rawRepresentation: decoded(jwk["x"]) + decoded(jwk["y"]))
        } else if head["kid"] as? String != base + "/account/1" {
            return try problem(401, "accountDoesNotExist", &state)
        }
        let text = Data("\(signed["protected"] ?? "").\(signed["payload"] ?? "")".utf8)
        let signature = try P256.Signing.ECDSASignature(rawRepresentation: decoded(signed["signature"]))
        guard state.key?.isValidSignature(signature, for: text) == true else {
            return try problem(400, "unauthorized", &state)
        }
        if state.conduct.refusedNonces > 0 {
            state.conduct.refusedNonces -= 1
            return try problem(400, "badNonce", &state)
        }
        return try act(path, decoded(signed["payload"]), &state)
    }

    private static func act(_ path: String, _ payload: Data, _ state: inout State) throws -> ACMEResponse {
        let wish = payload.isEmpty ? [:] : try JSONSerialization.jsonObject(with: payload) as? [String: Any] ?? [:]
        let parts = path.split(separator: "/")
        switch (parts.first, parts.count) {
        case ("account", 1):
            return try response(201, ["status": "valid"], &state, [("Location", base + "/account/1")])
        case ("order", 1):
            if let seconds = state.conduct.rateLimit {
                return try problem(429, "rateLimited", &state, [("Retry-After", "\(seconds)")])
            }
            state.names = (wish["identifiers"] as? [[String: String]] ?? []).compactMap { $0["value"] }
            return try response(201, order(state), &state, [("Location", base + "/order/1")])
        case ("order", 2): return try response(200, order(state), &state)
        case ("authz", _):
            let index = Int(parts[1]) ?? 0
            var status = "pending"
            if let left = state.looksLeft[index] {
                state.looksLeft[index] = left - 1
                if left <= 0 { status = state.conduct.proves(state.names[index]) ? "valid" : "invalid" }
            }
            if status == "invalid" { state.order = "invalid" }
            if status == "valid", index == state.names.count - 1 { state.order = "ready" }
            let token = state.conduct.token
            let challenges: [[String: Any]] = state.conduct.offers.map { type in
                var challenge: [String: Any] = [
                    "type": type, "url": base + "/challenge/\(index)", "token": token, "status": status,
                ]
                if status == "invalid" {
                    challenge["error"] = ["type": "urn:ietf:params:acme:error:connection", "detail": "refused"]
                }
                return challenge
            }
            let identifier = ["type": "dns", "value": state.names[index]]
            let object: [String: Any] = ["identifier": identifier, "status": status, "challenges": challenges]
            return try response(200, object, &state, [("Retry-After", "3")])
        case ("challenge", _):
            state.looksLeft[Int(parts[1]) ?? 0] = state.conduct.looks
            return try response(200, ["type": "http-01", "url": base + path, "status": "processing"], &state)
        case ("finalize", _):
            state.request = Array(decoded(wish["csr"] as? String))
            state.order = "valid"
            return try response(200, order(state), &state)
        case ("certificate", _):
            let text = try issue(state)
            return ACMEResponse(status: 200, fields: [nonce(&state)], body: Array(text.utf8))
        default: return try problem(404, "malformed", &state)
        }
    }

    private static func order(_ state: State) -> [String: Any] {
        var object: [String: Any] = [
            "status": state.order, "finalize": base + "/finalize/1",
            "identifiers": state.names.map { ["type": "dns", "value": $0] },
            "authorizations": state.names.indices.map { base + "/authz/\($0)" },
        ]
        if state.order == "valid" { object["certificate"] = base + "/certificate/1" }
        return object
    }

    private static func issue(_ state: State) throws -> String {
        let request = try CertificateSigningRequest(derEncoded: state.request)
        guard request.publicKey.isValidSignature(request.signature, for: request) else { throw CancellationError() }
        let wanted = try request.attributes.extensionRequest?.extensions.subjectAlternativeNames
        let names = state.conduct.otherNames.map { SubjectAlternativeNames($0.map { .dnsName($0) }) } ?? wanted
        let key = P256.Signing.PrivateKey()
        let name = try DistinguishedName { CommonName("Authority in memory") }
        let now = Date()
        let certificate = try Certificate(
            version: .v3, serialNumber: .init(),
            publicKey: state.conduct.usesOtherKey ? .init(key.publicKey) : request.publicKey,
            notValidBefore: now, notValidAfter: now.addingTimeInterval(90 * 86_400), issuer: name,
            subject: DistinguishedName(), signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions { if let names { names } }, issuerPrivateKey: .init(key))
        return try certificate.serializeAsPEM().pemString + "\n"
    }

    private static func nonce(_ state: inout State) -> (name: String, value: String) {
        state.made += 1
        let nonce = "nonce-\(state.made)"
        state.nonces.insert(nonce)
        return ("Replay-Nonce", nonce)
    }

    private static func response(
        _ status: Int, _ object: [String: Any]?, _ state: inout State, _ fields: [(name: String, value: String)] = []
    ) throws -> ACMEResponse {
        let body = try object.map { Array(try JSONSerialization.data(withJSONObject: $0)) } ?? []
        return ACMEResponse(status: status, fields: fields + [nonce(&state)], body: body)
    }

    private static func problem(
        _ status: Int, _ name: String, _ state: inout State, _ fields: [(name: String, value: String)] = []
    ) throws -> ACMEResponse {
        try response(
            status, ["type": "urn:ietf:params:acme:error:\(name)", "detail": "it says \(name)"], &state, fields)
    }

    private static func decoded(_ text: String?) -> Data {
        let text = (text ?? "").replacing("-", with: "+").replacing("_", with: "/")
        return Data(base64Encoded: text + String(repeating: "=", count: (4 - text.count % 4) % 4)) ?? Data()
    }
}

/// Remembers what was shown.
final class MemoryResponder: ACMEChallengeResponder {
    let type: ACMEChallengeType
    private let shown = Mutex<(now: [ACMEChallengeAnswer], ever: [ACMEChallengeAnswer])>(([], []))

    init(_ type: ACMEChallengeType = .http) { self.type = type }

    var now: [ACMEChallengeAnswer] { shown.withLock { $0.now } }
    var ever: [ACMEChallengeAnswer] { shown.withLock { $0.ever } }

    func present(_ answer: ACMEChallengeAnswer) async throws {
        shown.withLock {
            $0.now.append(answer)
            $0.ever.append(answer)
        }
    }

    func withdraw(_ answer: ACMEChallengeAnswer) async { shown.withLock { $0.now.removeAll { $0 == answer } } }
}
