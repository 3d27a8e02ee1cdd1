import SASL

/// The one message with which a client signs in: the first octet picks the mechanism. What is read has a name and a token that break no line,
/// and is read as the same when it is written anew.
@Sendable func fuzzSignIn(_ input: [UInt8]) {
    guard let mechanism = input.first else { return }
    let message = Array(input.dropFirst())
    switch mechanism & 3 {
    case 0: fuzzPlain(message)
    case 1: fuzzBearer(message) { octets throws(SASLFailure) in try BearerMessage(oauthBearer: octets) }
    case 2: fuzzBearer(message) { octets throws(SASLFailure) in try BearerMessage(xoauth2: octets) }
    default:
        guard let external = try? ExternalMessage(message) else { return }
        requireName(external.authorizing, mayBeEmpty: true)
        require(Array(external.authorizing.utf8) == message, "\(shown(message)) is read as another name")
    }
}

private func fuzzPlain(_ message: [UInt8]) {
    guard let plain = try? PlainMessage(message) else { return }
    requireName(plain.authorizing, mayBeEmpty: true)
    requireName(plain.name)
    let written = [plain.authorizing, plain.name, plain.password].map { Array($0.utf8) }.joined(separator: [0])
    guard let again = try? PlainMessage(Array(written)) else {
        require(false, "\(shown(message)) isn't read once more")
        return
    }
    require(
        again.authorizing == plain.authorizing && again.name == plain.name && again.password == plain.password,
        "\(shown(message)) is read as another")
}

private func fuzzBearer(_ octets: [UInt8], read: ([UInt8]) throws(SASLFailure) -> BearerMessage) {
    guard let message = try? read(octets) else { return }
    requireName(message.authorizing, mayBeEmpty: true)
    require(
        message.token.utf8.count <= BearerMessage.longestToken
            && message.token.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x22 && $0 != 0x2C },
        "\(shown(message.token.utf8)) is no token")
    require(octets.suffix(2) == [1, 1], "\(shown(octets)) has no end")
    let authorization = message.token.isEmpty ? "" : "Bearer \(message.token)"
    let name = message.authorizing.utf8.flatMap { octet in
        switch octet {
        case UInt8(ascii: ","): Array("=2C".utf8)
        case UInt8(ascii: "="): Array("=3D".utf8)
        default: [octet]
        }
    }
    let header = name.isEmpty ? Array("n,,".utf8) : Array("n,a=".utf8) + name + Array(",".utf8)
    let written = header + Array("\u{1}auth=\(authorization)\u{1}\u{1}".utf8)
    let again = try? BearerMessage(oauthBearer: written)
    require(
        again?.authorizing == message.authorizing && again?.token == message.token,
        "\(shown(octets)) is read as another, or not at all, as \(shown(written))")
}

private func requireName(_ name: String, mayBeEmpty: Bool = false) {
    require(mayBeEmpty || !name.isEmpty, "a name is empty")
    require(
        name.utf8.count <= PlainMessage.longestName && !name.utf8.contains { $0 < 0x20 || $0 == 0x7F },
        "\(shown(name.utf8)) is no name")
}
