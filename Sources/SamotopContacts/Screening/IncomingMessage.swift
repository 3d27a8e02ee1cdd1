import InternetMessage
import SMTP
import SamotopCore

/// A message that is decided about.
struct IncomingMessage: Sendable {
    let envelope: Envelope
    let claims: Claims
    let header: MessageHeader
    let session: Session
    let received: Timestamp

    /// What the owner is told of a try: bounded, and without the client's address.
    func request(
        for recipient: Recipient, _ standing: Standing, policy: ScreeningPolicy, isHeld: Bool = false
    ) -> ContactRequest {
        ContactRequest(
            recipient: recipient.text, reversePath: envelope.reversePath.text, displayName: header.displayName,
            subject: policy.takesSubject ? header.subject : nil, network: claims.sender?.network ?? "",
            hello: session.helloText, evidence: session.evidenceLines(for: standing, list: claims.list), time: received,
            held: isHeld ? [envelope.id] : [])
    }
}

extension Recipient {
    /// The address in lower case, without angle brackets.
    var text: String {
        String(decoding: (path.mailbox?.bytes ?? Array("postmaster".utf8)).map(\.foldedASCII), as: UTF8.self)
    }
}

extension ReversePath {
    /// The address without angle brackets; empty for the null one.
    var text: String { mailbox.map { String(decoding: $0.bytes, as: UTF8.self) } ?? "" }
}

extension Session {
    /// What the client said in EHLO; at most 255 characters.
    var helloText: String? { hello.map { String(decoding: $0.domain.bytes.prefix(255), as: UTF8.self) } }

    /// The evidence for an owner to read, at most 20 lines of 200 characters (a list's of 265). It begins with the claim when
    /// there is one.
    func evidenceLines(for standing: Standing, list: Correspondent?) -> [String] {
        var lines: [String] = []
        if case .claimed = standing { lines.append(ContactRequest.unprovenClaim) }
        if let list { lines.append(ContactRequest.listMark + list.text) }
        for result in evidence.prefix(20) {
            var result = result
            // It tells the client's address, and only the network is kept.
            if result.method == .iprev { result.properties = [] }
            lines.append(String(result.line.prefix(200)))
        }
        return Array(lines.prefix(20))
    }
}

extension ContactRequest {
    /// The first line of the evidence when the sender says that it is a contact who is welcome, and nothing proves it.
    public static let unprovenClaim = "claims to be a welcome contact, unproven"

    /// Whether the sender says that it is a contact who is welcome, and nothing proves it.
    public var isUnprovenClaim: Bool { evidence.first == Self.unprovenClaim }

    static let listMark = "list-id="

    /// The mailing list that the message came by, when its domain signed for it: an owner may welcome or block all of it.
    public var list: Correspondent? {
        let line = evidence.prefix(2).first { $0.hasPrefix(Self.listMark) }
        return line.flatMap { Correspondent.list(Array($0.utf8.dropFirst(Self.listMark.utf8.count))) }
    }
}
