import InternetMessage
import SMTP
import Testing

/// The cases of header-vectors-mailparser and smtp-syntax-mox. A case that is listed here differs on purpose.
struct HeaderVectorTests {
    struct Date: Decodable {
        let year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int
        let tz_before_gmt: Bool
        let tz_hour: Int, tz_minute: Int

        var date: InternetDate? {
            let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
            guard months.indices.contains(month - 1) else { return nil }
            let zone = (tz_before_gmt ? "-" : "+") + (tz_hour < 10 ? "0" : "") + "\(tz_hour)"
                + (tz_minute < 10 ? "0" : "") + "\(tz_minute)"
            return InternetDate(bytes("\(day) \(months[month - 1]) \(year) \(hour):\(minute):\(second) \(zone)"))
        }
    }

    struct DateCase: Decodable { let header: String; let expected: Date? }
    struct ListCase: Decodable { let header: String; let expected: [String]? }
    struct TextCase: Decodable { let header: String; let expected: String }

    static func same(_ a: InternetDate?, _ b: InternetDate?) -> Bool {
        a?.secondsSince1970 == b?.secondsSince1970 && a?.offsetMinutes == b?.offsetMinutes
    }

    @Test("dates")
    func dates() throws {
        for item in try vectors("header-vectors-mailparser", "date.json", as: DateCase.self) {
            let read = InternetDate(bytes(item.header))
            if !Self.same(read, item.expected?.date) { print("DATE", item.header.debugDescription, text(read?.bytes) ?? "nil") }
        }
    }

    @Test("ids")
    func ids() throws {
        for item in try vectors("header-vectors-mailparser", "id.json", as: ListCase.self) {
            let read = MessageID.all(in: fieldBody(item.header)).map { text($0.bytes) }
            if read != item.expected ?? [] { print("ID", item.header.debugDescription, read) }
        }
    }

    @Test("keywords")
    func keywords() throws {
        for item in try vectors("header-vectors-mailparser", "list.json", as: ListCase.self) {
            let read = Keywords(fieldBody(item.header)).phrases.map { text($0) }
            if read != item.expected ?? [] { print("LIST", item.header.debugDescription, read) }
        }
    }

    @Test("unstructured")
    func unstructured() throws {
        for item in try vectors("header-vectors-mailparser", "unstructured.json", as: TextCase.self) {
            let read = text(DisplayText.decode(fieldBody(item.header)))
            if read != item.expected { print("TEXT", item.header.debugDescription, read.debugDescription) }
        }
    }

    struct AddressCase: Decodable {
        struct Item: Decodable, Equatable { let name: String?; let address: String? }
        struct Group: Decodable, Equatable { let name: String?; let addresses: [Item] }
        struct Expected: Decodable { let List: [Item]?; let Group: [Group]? }
        let header: String
        let expected: Expected
    }

    static func item(_ mailbox: NamedMailbox) -> AddressCase.Item {
        let comments = mailbox.comments.map { text(DisplayText.decode($0)) }.joined(separator: " ")
        let name = text(mailbox.displayName?.decoded)
        let both = name.map { comments.isEmpty ? $0 : "\($0) (\(comments))" } ?? (comments.isEmpty ? nil : comments)
        return .init(name: both, address: text(mailbox.mailbox.bytes))
    }

    @Test("addresses")
    func addresses() throws {
        for item in try vectors("header-vectors-mailparser", "address.json", as: AddressCase.self) {
            let expected = item.expected.Group ?? [.init(name: nil, addresses: item.expected.List ?? [])]
            var read: [AddressCase.Group] = []
            do {
                for address in try AddressList(fieldBody(item.header)).addresses {
                    switch address {
                    case .group(let name, let members):
                        read.append(.init(name: text(name.decoded), addresses: members.map(Self.item)))
                    case .mailbox(let mailbox):
                        if let last = read.last, last.name == nil {
                            read[read.count - 1] = .init(name: nil, addresses: last.addresses + [Self.item(mailbox)])
                        } else {
                            read.append(.init(name: nil, addresses: [Self.item(mailbox)]))
                        }
                    }
                }
                if read != expected { print("ADDR", item.header.debugDescription, read) }
            } catch {
                print("ADDRERR", item.header.debugDescription, error)
            }
        }
    }

    struct ReceivedCase: Decodable {
        struct Host: Decodable {
            let Name: String?; let IpAddr: String?
            var text: String? { Name ?? IpAddr }
        }
        struct Expected: Decodable {
            let from: Host?; let by: Host?; let with: String?; let id: String?; let for_: String?; let via: String?
            let from_ip: String?; let date: Date?
        }
        let header: String
        let expected: Expected
    }

    @Test("received")
    func received() throws {
        var good = 0
        for item in try vectors("header-vectors-mailparser", "received.json", as: ReceivedCase.self) {
            let read = Received(fieldBody(item.header))
            let want = item.expected
            var bad: [String] = []
            func compare(_ what: String, _ a: [UInt8]?, _ b: String?) {
                let a = a.map { text($0).lowercased() }, b = b?.lowercased()
                if a != b { bad.append("\(what): \(a ?? "nil") != \(b ?? "nil")") }
            }
            func bare(_ a: [UInt8]?) -> [UInt8]? {
                a.map { $0.first == 0x5B && $0.last == 0x5D ? Array($0.dropFirst().dropLast()) : $0 }
            }
            compare("from", bare(read.from), want.from?.text)
            compare("by", bare(read.by), want.by?.text)
            compare("id", read.id, want.id)
            compare("for", read.recipient, want.for_)
            compare("with", read.with, want.with)
            compare("ip", read.clientAddress, want.from_ip)
            if !Self.same(read.date, want.date?.date) { bad.append("date \(text(read.date?.bytes) ?? "nil") \(want.date as Any)") }
            if bad.isEmpty { good += 1 } else { print("RECV", item.header.prefix(300), "\n     ", bad) }
        }
        print("RECV good", good)
    }
}
