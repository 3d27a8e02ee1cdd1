import InternetMessage
import SMTP
import Testing

/// The address cases of header-vectors-mailparser, and where this reader differs on purpose.
struct AddressVectorTests {
    struct Item: Decodable, Equatable {
        let name: String?
        let address: String?
    }

    struct Group: Decodable, Equatable {
        let name: String?
        var addresses: [Item]
    }

    struct Case: Decodable {
        struct Expected: Decodable {
            let List: [Item]?
            let Group: [AddressVectorTests.Group]?
        }
        let header: String
        let expected: Expected
    }

    /// The set puts comments behind the name.
    static func item(_ mailbox: NamedMailbox) -> Item {
        let comments = mailbox.comments.map { text(DisplayText.decode($0)) }.joined(separator: " ")
        let name: String? = text(mailbox.displayName?.decoded)
        let both = comments.isEmpty ? name : name.map { "\($0) (\(comments))" } ?? comments
        return Item(name: both, address: text(mailbox.mailbox.bytes))
    }

    static func groups(_ header: String) -> [Group]? {
        guard let list = try? AddressList(fieldBody(header)) else { return nil }
        var groups: [Group] = []
        for address in list.addresses {
            switch address {
            case .group(let name, let members):
                groups.append(Group(name: text(name.decoded), addresses: members.map(item)))
            case .mailbox(let mailbox):
                if groups.last?.name == nil, !groups.isEmpty {
                    groups[groups.count - 1].addresses.append(item(mailbox))
                } else {
                    groups.append(Group(name: nil, addresses: [item(mailbox)]))
                }
            }
        }
        return groups
    }

    @Test("address.json")
    func addresses() throws {
        let cases = try vectors("header-vectors-mailparser", "address.json", as: Case.self)
        let differing = differences(cases) { item in
            let expected = item.expected.Group ?? [Group(name: nil, addresses: item.expected.List ?? [])]
            return Self.groups(item.header) == expected
        }
        let reasons: [String: Set<Int>] = [
            "RFC 2047 §5: no encoded-word in a quoted-string": [25, 28, 31, 59],
            "RFC 5322 §3.4: addresses and groups are parted by commas": [34, 35, 36],
            "RFC 5322 §3.4: a URI or a word is no address (RFC 2369 has fields for URIs)": [
                37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47,
            ],
            "RFC 5322 §3.4: an unquoted @ is in no display-name, and nothing follows the >": [51, 55],
            "comments of a group are dropped, they name no mailbox": [10, 11],
            "RFC 5322 §4.4: a route, CFWS in a domain are no part of the address": [13, 14],
            "RFC 5322 §4.1: a quoted-pair is a backslash and one byte, not a line end": [9],
        ]
        let known = reasons.values.reduce(into: Set<Int>()) { $0.formUnion($1) }
        tally("header-vectors-mailparser address", count: cases.count, differing: differing, known: known)
        #expect(differing == known)
        #expect(cases.count == 60)
    }
}
