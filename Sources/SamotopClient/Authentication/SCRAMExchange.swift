import Crypto
import CryptoExtras
import SMTP

/// SCRAM-SHA-256 and SCRAM-SHA-256-PLUS (RFC 5802, RFC 7677): neither side shows the password, and both prove that they know it.
struct SCRAMExchange: SASLExchange {
    /// What the client says of channel binding (RFC 5802 §6).
    enum Binding: Sendable {
        /// It can't: `n`.
        case unsupported
        /// It could, and the server doesn't offer it: `y`. A server that does knows that somebody took it out.
        case notOffered
        /// `tls-server-end-point` with the hash of the server's certificate (RFC 5929 §4).
        case serverEndPoint([UInt8])
    }

    private enum State: Sendable {
        case first
        case final(serverKey: SymmetricKey, message: [UInt8])
        case proven
        case failed
    }

    /// RFC 7677 §4: the fewest rounds of PBKDF2.
    static let minimumIterations = 4096

    private let password: [UInt8]
    private let header: [UInt8]
    private let bare: [UInt8]
    private let nonce: [UInt8]
    private let bindingData: [UInt8]
    private let maximumIterations: Int
    private var state = State.first

    /// - Parameter nonce: printable ASCII but comma, at random; tests give one.
    init(
        user: String, password: String, authorizing: String?, binding: Binding, maximumIterations: Int,
        nonce: [UInt8] = SCRAMExchange.randomNonce()
    ) throws(AuthenticationFault) {
        for part in [user, password, authorizing ?? ""] where part.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
            throw .unusableCredentials
        }
        guard !user.isEmpty, !password.isEmpty else { throw .unusableCredentials }
        self.password = Array(password.utf8)
        self.nonce = nonce
        self.maximumIterations = maximumIterations
        let flag: String
        switch binding {
        case .unsupported: (flag, bindingData) = ("n", [])
        case .notOffered: (flag, bindingData) = ("y", [])
        case .serverEndPoint(let hash): (flag, bindingData) = ("p=tls-server-end-point", hash)
        }
        header = Array("\(flag),\(authorizing.map { "a=" + Self.escaped($0) } ?? ""),".utf8)
        bare = Array("n=\(Self.escaped(user)),r=".utf8) + nonce
    }

    /// `saslname` of RFC 5802 §7.
    static func escaped(_ name: String) -> String {
        var text = ""
        for scalar in name.unicodeScalars {
            switch scalar {
            case "=": text += "=3D"
            case ",": text += "=2C"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }

    static func randomNonce() -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return Base64Text.encode((0..<24).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
    }

    var initialResponse: [UInt8]? { header + bare }

    var isServerProven: Bool {
        if case .proven = state { true } else { false }
    }

    mutating func respond(to challenge: [UInt8]) throws(AuthenticationFault) -> [UInt8] {
        switch state {
        case .first:
            state = .failed
            return try answerFirst(challenge)
        case .final(let serverKey, let message):
            state = .failed
            try checkFinal(challenge, serverKey, message)
            state = .proven
            return []
        case .proven, .failed:
            throw .malformedChallenge
        }
    }

    /// `server-first-message`: nonce, salt, iteration count. An extension that must be understood comes before them, and isn't.
    private mutating func answerFirst(_ challenge: [UInt8]) throws(AuthenticationFault) -> [UInt8] {
        let parts = challenge.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        guard parts.count >= 3, let full = Self.value("r", parts[0]), let salt = Self.value("s", parts[1]),
            let rounds = Self.value("i", parts[2]),
            full.starts(with: nonce), full.count > nonce.count, full.count <= 1024,
            full.allSatisfy({ $0 > 0x20 && $0 < 0x7F }),
            let salt = Base64Text.decode(salt), !salt.isEmpty,
            rounds.count <= 9, let iterations = Int(String(decoding: rounds, as: UTF8.self)),
            iterations >= Self.minimumIterations, iterations <= maximumIterations
        else { throw .malformedChallenge }
        // In bounds: the count was checked just now, against the caller's own bound.
        guard
            let salted = try? KDF.Insecure.PBKDF2.deriveKey(
                from: password, salt: salt, using: .sha256, outputByteCount: 32, unsafeUncheckedRounds: iterations)
        else { throw .unusableCredentials }
        let withoutProof = Array("c=".utf8) + Base64Text.encode(header + bindingData) + Array(",r=".utf8) + full
        let message = bare + [0x2C] + challenge + [0x2C] + withoutProof
        let clientKey = Self.hmac(salted, Array("Client Key".utf8))
        let signature = Self.hmac(SymmetricKey(data: SHA256.hash(data: clientKey)), message)
        let proof = zip(clientKey, signature).map { $0 ^ $1 }
        state = .final(serverKey: SymmetricKey(data: Self.hmac(salted, Array("Server Key".utf8))), message: message)
        return withoutProof + Array(",p=".utf8) + Base64Text.encode(proof)
    }

    /// `server-final-message`: the server's signature, which only who knows the password's keys can make.
    private func checkFinal(_ challenge: [UInt8], _ serverKey: SymmetricKey, _ message: [UInt8])
        throws(AuthenticationFault)
    {
        let first = challenge.prefix { $0 != UInt8(ascii: ",") }
        guard let text = Self.value("v", first), let signature = Base64Text.decode(text),
            HMAC<SHA256>.isValidAuthenticationCode(signature, authenticating: message, using: serverKey)
        else { throw .serverNotProven }
    }

    private static func value(_ name: Unicode.Scalar, _ part: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        let prefix = part.prefix(2)
        guard prefix.elementsEqual([UInt8(ascii: name), UInt8(ascii: "=")]) else { return nil }
        return part.dropFirst(2)
    }

    private static func hmac(_ key: SymmetricKey, _ message: [UInt8]) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: message, using: key))
    }
}
