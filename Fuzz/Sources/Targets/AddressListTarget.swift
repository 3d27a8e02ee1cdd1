import InternetMessage
import SMTP

/// Every address that is read can be written, and is then read as the same by both grammars.
@Sendable func fuzzAddressList(_ body: [UInt8]) {
    let list: AddressList
    do {
        list = try AddressList(body)
    } catch {
        return
    }
    var written: [UInt8] = []
    for named in list.mailboxes {
        let bytes = named.mailbox.bytes
        // RFC 5321 §4.5.3.1.3: the envelope has a limit that the header has not.
        require(bytes.count > 254 || Mailbox(bytes) == named.mailbox, "\(shown(bytes)) is no mailbox to SMTP")
        written += (written.isEmpty ? [] : Array(",\r\n ".utf8)) + Array("<".utf8) + bytes + Array(">".utf8)
        if let name = named.displayName { isShowable(name.decoded) }
        for comment in named.comments { isShowable(DisplayText.decode(comment)) }
    }
    for case .group(let name, _) in list.addresses { isShowable(name.decoded) }
    let again = try? AddressList(written)
    require(
        again?.mailboxes.map(\.mailbox) == list.mailboxes.map(\.mailbox),
        "\(shown(body)) was written as \(shown(written)), which is another list")
    if list.mailboxes.isEmpty { return }
    require((try? AddressList(body, maximumAddresses: 0)) == nil, "a limit of no addresses let some pass")
}
