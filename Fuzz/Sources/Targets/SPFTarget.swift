import NameResolution

@testable import SenderAuthentication

/// A record that is read is written as the same; whatever its macros stand for, they expand to a name that the DNS can hold, or
/// to none, as a naive expansion does.
///
/// The first line is the record, and an explanation too; the others are the sender's local-part, its domain, and HELO.
@Sendable func fuzzSPFRecord(_ input: [UInt8]) {
    var lines = input.split(separator: 0x0A, maxSplits: 3, omittingEmptySubsequences: false).map { Array($0) }
    while lines.count < 4 { lines.append(Array("a.test".utf8)) }
    guard let client = IPAddress(lines[1].count % 2 == 0 ? "192.0.2.7" : "2001:db8::7"),
        let domain = DNSName("sub.example.org")
    else { return require(false, "no address") }
    let question = SPFQuestion(
        client: client, domain: lines[2], sender: SPFSender(localPart: lines[1], domain: lines[2]), helo: lines[3])
    let values = SPFMacroValues(question, domain: domain)
    if let text = try? SPFMacroString(explanation: lines[0]) { expand(text, values) }

    guard let record = try? SPFRecord(lines[0]) else { return }
    require(SPFRecord.isRecord(lines[0]), "\(shown(lines[0])) is read and is no record")
    let written = Array(record.description.utf8)
    require(written.allSatisfy { (0x20...0x7E).contains($0) }, "\(shown(written)) is not one line of ASCII")
    require((try? SPFRecord(written)) == record, "\(shown(lines[0])) is written as \(shown(written)), another record")
    for text in strings(of: record) { expand(text, values) }
}

private func strings(of record: SPFRecord) -> [SPFMacroString] {
    let specs = record.directives.map { directive -> SPFMacroString? in
        switch directive.mechanism {
        case .all, .ip4, .ip6: nil
        case .include(let spec), .exists(let spec): spec
        case .a(let spec, _), .mx(let spec, _), .ptr(let spec): spec
        }
    }
    return (specs + [record.redirect, record.explanation]).compactMap { $0 } + record.otherModifiers.map(\.value)
}

private func expand(_ text: SPFMacroString, _ values: SPFMacroValues) {
    let whole = text.expanded(with: values, maximum: .max)
    require(text.expanded(with: values, maximum: 100) == Array(whole.prefix(100)), "cut, \(text) is something else")
    // RFC 7208 §7.3
    var name = whole.last == UInt8(ascii: ".") ? whole.dropLast() : whole[...]
    while name.count > 253 {
        guard let dot = name.firstIndex(of: UInt8(ascii: ".")) else { break }
        name = name[(dot + 1)...]
    }
    let expected = name.count > 253 ? nil : DNSName(name)
    require(text.domainName(with: values) == expected, "\(text) expands to another name than \(shown(name))")
}
