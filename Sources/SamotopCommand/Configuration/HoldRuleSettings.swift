import SMTP
import SamotopQueue

/// `relay.queue.hold.NAME:`, whose messages wait for a person before they go out.
extension HoldRule {
    /// Nil: no condition was written, which is a problem.
    init?(_ reader: SectionReader, name: String) {
        self.init(name: name)
        domains = reader.list("to", Name.domains).map(Set.init)
        accounts = reader.list("accounts", Self.account).map(Set.init)
        above = reader.value("above", Quantity.size(in: 1...(4 << 30)))
        reader.finish()
        guard domains != nil || accounts != nil || above != nil else {
            reader.problems.add(reader.place, reader.path, "write to, accounts, above, or several of them")
            return nil
        }
    }

    private static func account(_ text: String) throws(Unfit) -> String {
        guard Mailbox(text) != nil else {
            throw Unfit("not an account: \(Quantity.quoted(text)); write its address")
        }
        return text.lowercased()
    }
}
