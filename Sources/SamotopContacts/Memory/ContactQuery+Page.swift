extension ContactQuery {
    /// What the query asks for among these: chosen, ordered, cut.
    func page(of contacts: some Sequence<Contact>) -> [Contact] {
        let needle = Array(text.utf8).map(\.foldedASCII)
        let chosen = contacts.filter { states.contains($0.state) && Self.mentions(needle, $0) }
        let ordered =
            switch order {
            case .latest:
                chosen.sorted { ($1.lastSeen, $0.id.text) < ($0.lastSeen, $1.id.text) }
            case .name:
                chosen.map { (name: Self.name($0), contact: $0) }
                    .sorted { $0.name.lexicographicallyPrecedes($1.name) }
                    .map(\.contact)
            }
        return Array(ordered.dropFirst(offset).prefix(limit))
    }

    /// What it is called, then whom it is about.
    private static func name(_ contact: Contact) -> [UInt8] {
        Array((contact.request?.displayName ?? "").utf8).map(\.foldedASCII) + contact.correspondent.bytes
    }

    private static func mentions(_ needle: [UInt8], _ contact: Contact) -> Bool {
        if needle.isEmpty || contact.correspondent.bytes.holds(needle) { return true }
        return Array((contact.request?.displayName ?? "").utf8).map(\.foldedASCII).holds(needle)
    }
}

extension [UInt8] {
    /// True when these octets stand somewhere in it. Both are short: names and addresses.
    func holds(_ needle: [UInt8]) -> Bool {
        guard count >= needle.count else { return false }
        return (0...(count - needle.count)).contains { self[$0...].starts(with: needle) }
    }
}

extension UInt8 {
    /// The octet, in lower case when it is an ASCII letter.
    var foldedASCII: UInt8 { (0x41...0x5A).contains(self) ? self | 0x20 : self }
}
