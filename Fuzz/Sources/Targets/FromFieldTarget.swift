import InternetMessage
import NameResolution

@testable import SenderAuthentication

/// A message has one author's domain or none, and no way to put a second one beside it leaves the first.
@Sendable func fuzzFromField(_ body: [UInt8]) {
    let field = Array("From: ".utf8) + body + Array("\r\n".utf8)
    let end = Array("\r\n".utf8)
    let header = HeaderSection(field + end)
    guard let author = try? AuthorDomain(in: header) else { return }
    require(header.fields(named: .from).count == 1, "an author of several fields: \(shown(field))")
    require(author.name.wire.allSatisfy { $0 < 0x80 }, "\(author.name) is not ASCII")
    require(author.name.labels.count > 0, "the root is an author's domain: \(shown(field))")

    for other in ["From: x@evil.test", "From : x@evil.test", " From: x@evil.test", "\0From: x@evil.test"] {
        let twice = HeaderSection(Array(other.utf8) + end + field + end)
        require((try? AuthorDomain(in: twice)) == nil, "\(other) before \(shown(field)) leaves one author")
    }
    let second = HeaderSection(Array("From: x@evil.test, ".utf8) + body + end + end)
    require((try? AuthorDomain(in: second)) == nil, "an address before \(shown(body)) leaves one author")

    // RFC 8601 §7.10: the domain can't pass for a result of its own.
    let finding = DMARCFinding(.fail, "no authenticated domain aligns", author: author.name)
    guard let id = AuthservID(Array("mx.our.test".utf8)) else { return }
    let written = AuthenticationResults(authservID: id, results: [finding.authenticationResult]).bytes
    let read = HeaderSection(written + end).fields(named: .authenticationResults)
    require(read.count == 1, "\(shown(written)) is not one field")
    guard let again = read.first.flatMap({ try? AuthenticationResults($0.body) }) else {
        return require(false, "\(shown(written)) can't be read")
    }
    require(again.results == [finding.authenticationResult], "\(shown(written)) says something else")
}
