import InternetMessage

/// A header section is read without loss, and the sieve lets through the same octets however they are cut, with no
/// forged field among them. The first octet chooses the cutting.
@Sendable func fuzzHeader(_ input: [UInt8]) {
    guard let choice = input.first else { return }
    let message = Array(input.dropFirst())
    for limits in [HeaderLimits.standard, HeaderLimits(maximumBytes: 200, maximumFields: 4)] { read(message, limits) }

    let whole = sieved([message])
    for cutting in [Cutting.octets, .lines, Cutting(chosenBy: choice)] {
        let cut = sieved(cutting.pieces(of: message))
        require(cut == whole, "\(cutting): \(shown(cut.output)) where it is \(shown(whole.output))")
    }
    require(whole.removed > 0 || whole.output == message, "nothing was removed, and yet the message changed")
    let again = sieved([whole.output])
    require(again.output == whole.output, "the sieve left \(shown(whole.output)), then \(shown(again.output))")
    holdsNoForgery(HeaderSection(whole.output, limits: HeaderLimits(maximumBytes: .max, maximumFields: .max)))
}

private let ours = Array("mx.our.test".utf8)

private struct Sieved: Equatable {
    var output: [UInt8] = []
    var octets = 0
    var fields = 0
    var received = 0
    var removed = 0
    var exceeds = false
}

private func sieved(_ pieces: [[UInt8]]) -> Sieved {
    var sieve = HeaderSieve(rule: HeaderSieve.Rule(names: [.returnPath], authservIDs: [ours]))
    var sieved = Sieved()
    for piece in pieces { sieve.push(piece.span, into: &sieved.output) }
    sieve.finish(into: &sieved.output)
    sieved.octets = sieve.headerByteCount
    sieved.fields = sieve.fieldCount
    sieved.received = sieve.receivedCount
    sieved.removed = sieve.removedCount
    sieved.exceeds = sieve.exceedsLimits
    return sieved
}

private func holdsNoForgery(_ header: HeaderSection) {
    require(header.fields(named: .returnPath).isEmpty, "a Return-Path came through: \(shown(header.bytes))")
    for field in header.fields(named: .authenticationResults) {
        guard let results = try? AuthenticationResults(field.body) else { continue }
        require(!results.authservID.matches(ours), "our own results came through: \(shown(field.raw))")
    }
}

private func read(_ message: [UInt8], _ limits: HeaderLimits) {
    let header = HeaderSection(message, limits: limits)
    require(header.bytes == Array(message.prefix(header.length)), "the pieces do not give the section")
    require(header.fields.count <= limits.maximumFields, "more fields than the limit")
    for finding in header.findings {
        require((0...message.count).contains(finding.offset), "\(finding.kind) outside the message")
    }
    for field in header.fields {
        require(field.raw.starts(with: field.name), "the name is not the start of the field")
        require(!field.unfoldedBody.contains { $0 == 0x0D || $0 == 0x0A }, "a line end in an unfolded body")
        // A well-formed field can be made again from its parts.
        guard header.findings.allSatisfy({ $0.kind == .noBlankLine }), let name = HeaderFieldName(field.name) else {
            continue
        }
        guard let made = HeaderField(name: name, body: field.unfoldedBody) else {
            return require(false, "\(shown(field.raw)) cannot be made")
        }
        require(made.unfoldedBody == field.unfoldedBody, "\(shown(field.raw)) changed its body")
    }
    if let author = try? Author.identity(in: header) {
        require(header.fields(named: .from).count == 1, "an author of several From fields")
        require(!author.hasEncodedWordInAddress && !author.hadRoute, "a doubtful author")
    }
}
