import InternetMessage
import NameResolution
import SenderAuthentication

/// A chain passes, fails or isn't there, the same however its message is cut; what passes is complete, and sealed once
/// more it passes again. The first octet chooses the cutting, the rest is a message.
@Sendable func fuzzARCSet(_ input: [UInt8]) {
    guard let choice = input.first else { return }
    let message = Array(input.dropFirst())
    let whole = validated([message])
    for cutting in [Cutting.octets, .lines, Cutting(chosenBy: choice)] {
        require(validated(cutting.pieces(of: message)) == whole, "\(cutting) changes \(whole)")
    }
    require((0...50).contains(whole.highestInstance), "instance \(whole.highestInstance)")
    require(whole.result != .pass || whole.assertions.count == whole.highestInstance, "a set is missing")
    require(whole.result == .pass || whole.assertions.isEmpty, "a chain that doesn't pass has something to say")
    let sealers = Set(whole.assertions.map(\.sealer))
    require(whole.trustedAssertions(of: sealers).count == whole.assertions.count, "trusted words are missing")
    require(whole.trustedAssertions(of: []).isEmpty, "a word of somebody who isn't trusted")
    sealAgain(message, whole)
}

private func validated(_ pieces: [[UInt8]]) -> ARCFinding {
    var reader = SignedMessageReader()
    for piece in pieces { reader.push(piece) }
    let message = reader.finish()
    return waited { await ARCVerifier(resolver: AnyKey()).verify(message, now: 1_700_000_000) }
}

private let sealer: ARCSealer? = {
    guard let key = try? DKIMPrivateKey(ed25519: AnyKey.seed), let domain = DNSName("our.test"),
        let selector = DNSName("arc"), let id = AuthservID(Array("mx.our.test".utf8))
    else { return nil }
    return ARCSealer(key: key, domain: domain, selector: selector, authservID: id)
}()

private func sealAgain(_ message: [UInt8], _ finding: ARCFinding) {
    guard let sealer else { return require(false, "no sealer") }
    let read = SignedMessage(message, bodyHashes: [sealer.bodyHash])
    guard let fields = try? sealer.seal(read, chain: finding, results: [], now: 1_700_000_000) else { return }
    let again = validated([Array(fields.map(\.raw).joined()) + message])
    require(again.highestInstance == finding.highestInstance + 1, "the new set is not the newest")
    require((again.result == .pass) == (finding.result != .fail), "sealed, \(finding) became \(again)")
}
