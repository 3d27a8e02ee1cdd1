import InternetMessage
import SMTP

/// What the header section of a message says of its sender. Nothing of it is proved. What only people read is decoded when they
/// are asked.
struct MessageHeader: Sendable {
    /// The one author; nil when there is none, or none that all readers agree on.
    let author: Mailbox?
    /// The mailing list; nil when there is none, or several.
    let list: Correspondent?
    /// The domain that has to answer for the list: what follows the first label of its List-Id.
    let listDomain: [UInt8]

    private let section: HeaderSection?
    private let name: DisplayName?
    private static let subjectName = HeaderFieldName(Array("Subject".utf8))

    init(_ section: HeaderSection?) {
        let named = section.flatMap { try? Author.identity(in: $0) }
        author = named?.mailbox
        self.section = section
        name = named?.displayName
        let lists = section?.fields(named: .listID) ?? []
        let id = lists.count == 1 ? Self.listID(lists[0].unfoldedBody) : nil
        let domain = id.flatMap { id in id.firstIndex(of: UInt8(ascii: ".")).map { Array(id[($0 + 1)...]) } } ?? []
        list = domain.isEmpty ? nil : id.flatMap { Correspondent.list($0) }
        listDomain = domain
    }

    /// The author's name for people, decoded.
    var displayName: String? { name.map { String(decoding: $0.decoded.prefix(400), as: UTF8.self) } }

    /// The subject for people, decoded; nil when there is none, or several.
    var subject: String? {
        let subjects = Self.subjectName.flatMap { section?.fields(named: $0) } ?? []
        guard subjects.count == 1 else { return nil }
        return String(decoding: DisplayText.decode(Array(subjects[0].body.prefix(2_000))), as: UTF8.self)
    }

    /// RFC 2919 §3: what stands between the last pair of angle brackets, in lower case.
    private static func listID(_ body: [UInt8]) -> [UInt8]? {
        guard let end = body.lastIndex(of: UInt8(ascii: ">")),
            let start = body[..<end].lastIndex(of: UInt8(ascii: "<"))
        else { return nil }
        return body[(start + 1)..<end].map(\.foldedASCII)
    }
}
