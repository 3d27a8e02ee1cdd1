@testable import OAuth

/// A signed token: what is read has one form, says an algorithm that has a public key, and lets nobody in whom its claims don't name.
/// Otherwise the input is taken for the claims themselves.
@Sendable func fuzzToken(_ input: [UInt8]) {
    let text = String(decoding: input, as: UTF8.self)
    guard let token = try? SignedToken(text) else {
        fuzzClaims(input)
        return
    }
    require(input.count <= SignedToken.maximumLength, "a token of \(input.count) octets is read")
    require(
        input.starts(with: token.signed + [UInt8(ascii: ".")])
            && Base64URL.decode(input.dropFirst(token.signed.count + 1)) == token.signature
            && token.signed.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).count == 2,
        "\(shown(input)) is read in another way than it is signed")
    // Each octet counts: another in its place is another token, or none.
    if let last = input.indices.last, !token.signature.isEmpty {
        var other = input
        other[last] = other[last] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
        let read = try? SignedToken(String(decoding: other, as: UTF8.self))
        require(read?.signature != token.signature, "\(shown(input)) has two forms")
    }
    fuzzClaims(token.payload)
}

private func fuzzClaims(_ json: [UInt8]) {
    guard let claims = Claims(json: json) else { return }
    let rules = TokenRules(issuer: "https://id.test", audiences: ["mail"], scopes: ["smtp"], claim: "email")
    for now in [0, 1_900_000_000] as [Int64] {
        for isTold in [false, true] {
            guard let account = try? rules.account(of: claims, isTold: isTold, now: now) else { continue }
            require(
                claims.text("email") == account && !account.isEmpty && account.utf8.count <= 320,
                "\(shown(account.utf8)) is let in")
            require(
                claims.texts("aud")?.contains("mail") == true && claims.text("iss") ?? rules.issuer == rules.issuer,
                "\(shown(json)) is of another issuer, or for somebody else")
        }
    }
}
