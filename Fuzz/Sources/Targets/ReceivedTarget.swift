import InternetMessage
import SMTP

/// Whatever stands in a Received field, something can be said about it; and what the peer said cannot break ours.
@Sendable func fuzzReceived(_ body: [UInt8]) {
    let received = Received(body)
    for clause in received.clauses {
        require(!clause.words.contains(where: \.isEmpty), "an empty word in \(shown(body))")
    }
    _ = (received.from, received.by, received.via, received.with, received.id, received.recipient, received.tlsCipher)
    if let address = received.clientAddress {
        if case .general = address { require(false, "\(shown(address.bytes)) is no IP address") }
    }
    let parts = body.split(separator: 0x0A, maxSplits: 3, omittingEmptySubsequences: false).map { Array($0) }
    guard parts.count == 4, let by = DomainName("mx.our.test") else { return }
    // The id and the cipher suite are our own words, and no keywords.
    guard !keywords.contains(parts[3].map { $0 | 0x20 }) else { return }
    write(greeting: Domain(parts[0]), host: DomainName(parts[1]), recipient: Mailbox(parts[2]), text: parts[3], by)
}

private let keywords = Set(["from", "by", "via", "with", "id", "for", "tls"].map { Array($0.utf8) })

private func write(greeting: Domain?, host: DomainName?, recipient: Mailbox?, text: [UInt8], _ by: DomainName) {
    for isInternationalized in [false, true] {
        let field = ReceivedField(
            from: ReceivedField.Client(greeting: greeting, address: .ipv4(192, 0, 2, 7), hostName: host), by: by,
            with: TransmissionType(greeting: .ehlo, isInternationalized: isInternationalized),
            tls: ReceivedField.TLS(version: text, cipherSuite: text), id: text,
            recipients: recipient.map { [$0] } ?? [],
            date: InternetDate(secondsSince1970: 1_700_000_000))
        for privacy in [TracePrivacy.none, .full] { isOneTrace(field.bytes(privacy: privacy)) }
    }
}

/// One Received field that says what we know, and no more than one.
func isOneTrace(_ bytes: [UInt8]) {
    let header = HeaderSection(bytes)
    require(header.findings.allSatisfy { $0.kind == .noBlankLine }, "\(header.findings) in \(shown(bytes))")
    require(header.fields.count == 1 && header.pieces.count == 1, "\(shown(bytes)) is not one field")
    guard let field = header.fields(named: .received).first else { return require(false, "no Received field") }
    let received = Received(field.body)
    require(received.by == Array("mx.our.test".utf8), "\(shown(bytes)) is by somebody else")
    require(received.date != nil, "\(shown(bytes)) has no date")
    let names = received.clauses.map(\.name).filter { $0 != Array("tls".utf8) && $0 != Array("for".utf8) }
    let wanted = ["from", "by", "with", "id"].map { Array($0.utf8) }
    require(names == wanted || names == wanted.dropLast(), "\(shown(bytes)) has clauses that nobody wrote")
}
