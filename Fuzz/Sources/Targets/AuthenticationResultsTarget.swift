import InternetMessage

/// What is read can be written as one field, which is read as the same as far as values may be written as they are.
@Sendable func fuzzAuthenticationResults(_ body: [UInt8]) {
    let results: AuthenticationResults
    do {
        results = try AuthenticationResults(body)
    } catch {
        return
    }
    let written = results.bytes
    let header = HeaderSection(written)
    require(header.findings.allSatisfy { $0.kind == .noBlankLine }, "\(header.findings) in \(shown(written))")
    require(header.pieces.count == 1, "\(shown(written)) is not one field")
    guard let field = header.fields(named: .authenticationResults).first else {
        return require(false, "\(shown(written)) is another field")
    }
    guard let again = try? AuthenticationResults(field.body) else {
        return require(false, "\(shown(written)) cannot be read")
    }
    // RFC 8601 §7.10: no value may pass for a result of its own.
    require(
        again.results.map(\.method) == results.results.map(\.method)
            && again.results.map(\.result) == results.results.map(\.result)
            && again.results.map { $0.properties.map(\.name) } == results.results.map { $0.properties.map(\.name) },
        "\(shown(body)) was written as \(shown(written)), which says something else")
    guard isPlain(results) else { return }
    require(again == results, "\(shown(body)) was written as \(shown(written)), which has other values")
}

/// No value is cut, nor a control character in it replaced.
private func isPlain(_ results: AuthenticationResults) -> Bool {
    let values =
        [results.authservID.bytes]
        + results.results.flatMap { [$0.reason ?? []] + $0.properties.map(\.value) }
    return values.allSatisfy { $0.count <= 300 && $0.allSatisfy { $0 >= 0x20 && $0 < 0x7F } }
}
