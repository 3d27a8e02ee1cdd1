import InternetMessage
import SMTP

/// A mailbox, a domain and a path mean the same wherever they are read: alone, in a command, in a header field; and
/// what is written is read back as the same.
@Sendable func fuzzPath(_ text: [UInt8]) {
    if let mailbox = Mailbox(text) { check(mailbox, of: text) }
    if let domain = Domain(text) { check(domain, of: text) }
    if let localPart = LocalPart(text) { check(localPart, of: text) }
    let mail = try? Command.parse((Array("MAIL FROM:".utf8) + text).span)
    let rcpt = try? Command.parse((Array("RCPT TO:".utf8) + text).span)
    guard case .mail(.mailbox(let sender), _)? = mail else { return }
    // RFC 5321 §4.1.2: Reverse-path and Forward-path are the same Path. Their parameters differ.
    guard case .rcpt(.mailbox(let recipient), _)? = rcpt else { return }
    require(sender == recipient, "MAIL and RCPT differ about \(shown(text))")
    require(
        Mailbox(sender.bytes) == sender, "the path \(shown(text)) holds \(shown(sender.bytes)), which is no mailbox")
}

private func check(_ mailbox: Mailbox, of text: [UInt8]) {
    let bytes = mailbox.bytes
    require(bytes.count <= text.count || isLiteral(mailbox.domain), "\(shown(text)) grew to \(shown(bytes))")
    require(Mailbox(bytes) == mailbox, "\(shown(text)) was written as \(shown(bytes)), which is another mailbox")
    let line = Array("MAIL FROM:<".utf8) + text + Array(">".utf8)
    guard case .mail(.mailbox(let path), _)? = try? Command.parse(line.span) else {
        return require(false, "MAIL does not take \(shown(text))")
    }
    require(path == mailbox, "MAIL reads \(shown(text)) as \(shown(path.bytes))")
    // Who is checked and who is shown must be the same person, so the header grammar has to agree.
    guard let list = try? AddressList(Array("<".utf8) + bytes + Array(">".utf8)) else {
        return require(false, "the header grammar does not take \(shown(bytes))")
    }
    require(list.mailboxes.map(\.mailbox) == [mailbox], "the header grammar reads \(shown(bytes)) as another mailbox")
}

private func check(_ domain: Domain, of text: [UInt8]) {
    let bytes = domain.bytes
    require(Domain(bytes) == domain, "\(shown(text)) was written as \(shown(bytes)), which is another domain")
    // RFC 6531 §3.7.1: EHLO takes no UTF-8.
    guard domain.isASCII else { return }
    let hello = try? Command.parse((Array("EHLO ".utf8) + text).span)
    require(hello == .ehlo(domain), "EHLO does not take \(shown(text))")
}

private func check(_ localPart: LocalPart, of content: [UInt8]) {
    require(localPart.content == content, "the content of a local-part changed")
    let mailbox = Mailbox(localPart.bytes + Array("@a.test".utf8))
    require(mailbox?.localPart == localPart, "\(shown(localPart.bytes)) is not \(shown(content))")
}

/// The canonical form of an IPv6 address may be longer than the form it was given in.
private func isLiteral(_ domain: Domain) -> Bool {
    if case .literal = domain { true } else { false }
}
