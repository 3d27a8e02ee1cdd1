import InternetMessage
import NameResolution
import SenderAuthentication

/// A signature is in order or not, names only domains, and verifies the same however its message is cut. The first
/// octet chooses the cutting and the canonicalization of the hash that is made besides; what follows is the body of the
/// field, a blank line, and the body of the message.
@Sendable func fuzzDKIMSignature(_ input: [UInt8]) {
    guard let choice = input.first else { return }
    let rest = Array(input.dropFirst())
    let message = Array("DKIM-Signature:".utf8) + rest
    let hashes = Canonicalization.allCases.map { BodyHash($0) }
    for policy in [DKIMPolicy.standard, .legacy] {
        let whole = findings(read([message], policy, hashes), policy)
        for cutting in [Cutting.octets, .lines, Cutting(chosenBy: choice)] {
            let cut = findings(read(cutting.pieces(of: message), policy, hashes), policy)
            require(cut == whole, "\(cutting): \(cut) where it is \(whole)")
        }
        for finding in whole { isPresentable(finding) }
    }
    if let field = HeaderSection(message).fields.first, let signature = try? DKIMSignature(field.body) {
        require(signature.domain.isHostName && signature.selector.isHostName, "no domain: \(shown(field.body))")
        require(signature.identityDomain.isEqualOrBelow(signature.domain), "i= is not within d=")
        require(!signature.signature.isEmpty, "an empty signature")
        if let expiration = signature.expiration, let timestamp = signature.timestamp {
            require(timestamp < expiration, "it expires before it was made")
        }
    }
}

private func read(_ pieces: [[UInt8]], _ policy: DKIMPolicy, _ hashes: [BodyHash]) -> SignedMessage {
    var reader = SignedMessageReader(policy: policy, bodyHashes: hashes)
    for piece in pieces { reader.push(piece) }
    return reader.finish()
}

private func findings(_ message: SignedMessage, _ policy: DKIMPolicy) -> [DKIMFinding] {
    waited { await DKIMVerifier(resolver: AnyKey(), policy: policy).verify(message, now: 1_700_000_000) }
}

/// The finding can be written into a field, as one result.
private func isPresentable(_ finding: DKIMFinding) {
    guard let id = AuthservID(Array("mx.our.test".utf8)) else { return }
    let field = AuthenticationResults(authservID: id, results: [finding.authenticationResult]).bytes
    let header = HeaderSection(field)
    require(header.pieces.count == 1, "\(shown(field)) is not one field")
    guard let body = header.fields.first?.body, let results = try? AuthenticationResults(body) else {
        return require(false, "\(shown(field)) can't be read")
    }
    require(results.results.count == 1, "\(shown(field)) says more than one thing")
    require(results.results.first?.result == finding.result.keyword, "\(shown(field)) says something else")
}
