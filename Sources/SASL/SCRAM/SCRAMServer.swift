import SMTP

/// The server's side of SCRAM-SHA-256 and SCRAM-SHA-256-PLUS (RFC 5802, RFC 7677), octets in and out, without I/O.
///
///     var server = SCRAMServer(binding: .unbound(offersPlus: false))
///     let name = try server.begin(clientFirst).name
///     send(server.challenge(parameters(of: name)))
///     let (_, serverFinal) = try server.finish(clientFinal, keys: keys(of: name))
public struct SCRAMServer: Sendable {
    /// What ties an exchange to its connection (RFC 5802 §6).
    public enum Binding: Sendable {
        /// SCRAM-SHA-256. When -PLUS was offered, too, a client that says it wasn't has been lied to.
        case unbound(offersPlus: Bool)
        /// SCRAM-SHA-256-PLUS by `tls-server-end-point`, with the hash of our certificate (RFC 5929 §4).
        case serverEndPoint([UInt8])
    }

    /// Who begins an exchange.
    public struct Client: Sendable, Hashable {
        /// Who it is.
        public let name: String
        /// Whom it wants to act as; empty: itself.
        public let authorizing: String
    }

    private static let longestMessage = 2_048

    private let binding: Binding
    private let nonce: [UInt8]
    /// `gs2-header`.
    private var header: [UInt8] = []
    /// `client-first-message-bare`.
    private var clientFirst: [UInt8] = []
    private var serverFirst: [UInt8] = []
    /// The client's nonce with ours behind it.
    private var fullNonce: [UInt8] = []

    /// - Parameter nonce: printable ASCII but comma, at random; tests give one.
    public init(binding: Binding, nonce: [UInt8] = SCRAMServer.randomNonce()) {
        self.binding = binding
        self.nonce = nonce
    }

    /// 24 octets at random, in base64.
    public static func randomNonce() -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return Base64Text.encode((0..<24).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
    }

    /// Takes `client-first-message`.
    public mutating func begin(_ message: [UInt8]) throws(SASLFailure) -> Client {
        let parts = message.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        guard message.count <= Self.longestMessage, parts.count >= 4 else { throw .malformed }
        try check(flag: parts[0])
        let authorizing = try parts[1].isEmpty ? "" : Self.name("a", parts[1])
        // An extension that must be understood (m=) would stand before the name, and isn't.
        let name = try Self.name("n", parts[2])
        guard let theirs = Self.value("r", parts[3]), (1...256).contains(theirs.count),
            theirs.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { throw .malformed }
        header = Array(message[..<parts[2].startIndex])
        clientFirst = Array(message[parts[2].startIndex...])
        fullNonce = Array(theirs) + nonce
        return Client(name: name, authorizing: authorizing)
    }

    /// Makes `server-first-message`.
    public mutating func challenge(_ parameters: SCRAMParameters) -> [UInt8] {
        serverFirst =
            Array("r=".utf8) + fullNonce + Array(",s=".utf8) + Base64Text.encode(parameters.salt)
            + Array(",i=\(parameters.iterations)".utf8)
        return serverFirst
    }

    /// Takes `client-final-message` and makes `server-final-message`.
    ///
    /// - Parameters:
    ///   - keys: of each password that the name may have; all are tried.
    ///   - fewest: as many are tried in any case, some of them nobody's: how long it takes doesn't tell how many there are, or
    ///     whether there is such a name.
    /// - Returns: whose proof it was, an index of `keys`, and what proves us to the client.
    public func finish(
        _ message: [UInt8], keys: [SCRAMKeys], fewest: Int = 1
    ) throws(SASLFailure) -> (index: Int, message: [UInt8]) {
        let parts = message.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        guard message.count <= Self.longestMessage, parts.count >= 3, !serverFirst.isEmpty, let last = parts.last,
            let bound = Self.value("c", parts[0]).flatMap({ Base64Text.decode($0) }),
            let echoed = Self.value("r", parts[1]), let proof = Self.value("p", last).flatMap({ Base64Text.decode($0) })
        else { throw .malformed }
        guard bound == header + bindingData else { throw .channelBinding }
        guard echoed.elementsEqual(fullNonce) else { throw .credentials }
        // Without the comma before the proof.
        let withoutProof = message[..<(last.startIndex - 1)]
        let signed = clientFirst + [UInt8(ascii: ",")] + serverFirst + [UInt8(ascii: ",")] + withoutProof
        // One after the other, whichever fits.
        let signatures = Self.tried(keys, fewest: fewest).map { $0.signature(of: signed, proof: proof) }
        for (index, signature) in signatures.prefix(keys.count).enumerated() {
            if let signature { return (index, Array("v=".utf8) + Base64Text.encode(signature)) }
        }
        throw .credentials
    }

    /// What a proof is held against.
    static func tried(_ keys: [SCRAMKeys], fewest: Int) -> [SCRAMKeys] {
        keys + Array(repeating: .nobodys, count: max(0, fewest - keys.count))
    }

    private var bindingData: [UInt8] {
        if case .serverEndPoint(let hash) = binding { hash } else { [] }
    }

    /// `gs2-cbind-flag`.
    private func check(flag: ArraySlice<UInt8>) throws(SASLFailure) {
        switch (String(decoding: flag, as: UTF8.self), binding) {
        case ("n", .unbound), ("y", .unbound(offersPlus: false)): break
        // RFC 5802 §6: the client could bind and believes that we can't.
        case ("y", .unbound(offersPlus: true)): throw .channelBinding
        case ("p=tls-server-end-point", .serverEndPoint): break
        case ("n", .serverEndPoint), ("y", .serverEndPoint): throw .channelBinding
        case (let other, _): throw other.hasPrefix("p=") ? .channelBinding : .malformed
        }
    }

    private static func value(_ name: Unicode.Scalar, _ part: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        part.prefix(2).elementsEqual([UInt8(ascii: name), UInt8(ascii: "=")]) ? part.dropFirst(2) : nil
    }

    /// A `saslname` behind its key.
    private static func name(_ key: Unicode.Scalar, _ part: ArraySlice<UInt8>) throws(SASLFailure) -> String {
        guard let name = value(key, part).flatMap({ SASLName.decode($0) }) else { throw .malformed }
        return name
    }
}
