import InternetMessage
import SMTP

/// What the header section of a message says of its sender. Nothing of it is proved.
struct MessageHeader: Sendable {
    /// The one author; nil when there is none, or none that all readers agree on.
    let author: Mailbox?
    /// The author's name for people, decoded.
    let displayName: String?
    /// The subject for people, decoded.
    let subject: String?
    /// The mailing list; nil when there is none, or several.
    let list: Correspondent?
    /// The domain that has to answer for the list: what follows the first label of its List-Id.
    let listDomain: [UInt8]

    private static let subjectName = HeaderFieldName(Array("Subject".utf8))

    init(_ section: HeaderSection?) {
        let named = section.flatMap { try? Author.identity(in: $0) }
        author = named?.mailbox
        displayName = named?.displayName.map { String(decoding: $0.decoded.prefix(400), as: UTF8.self) }
        let subjects = Self.subjectName.flatMap { section?.fields(named: $0) } ?? []
        subject =
            subjects.count == 1
            ? String(decoding: DisplayText.decode(Array(subjects[0].body.prefix(2_000))), as: UTF8.self) : nil
        let lists = section?.fields(named: .listID) ?? []
        let id = lists.count == 1 ? Self.listID(lists[0].unfoldedBody) : nil
        let domain = id.flatMap { id in id.firstIndex(of: UInt8(ascii: ".")).map { Array(id[($0 + 1)...]) } } ?? []
        list = domain.isEmpty ? nil : id.flatMap { Correspondent.list($0) }
        listDomain = domain
    }

    /// RFC 2919 §3: what stands between the last pair of angle brackets, in lower case.
    private static func listID(_ body: [UInt8]) -> [UInt8]? {
        guard let end = body.lastIndex(of: UInt8(ascii: ">")),
            let start = body[..<end].lastIndex(of: UInt8(ascii: "<"))
        else { return nil }
        return body[(start + 1)..<end].map(\.foldedASCII)
    }
}
