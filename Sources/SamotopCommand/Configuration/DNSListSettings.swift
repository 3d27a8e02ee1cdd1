import NameResolution

/// One of `dns-lists:`, a list in the DNS that is asked about clients or senders (RFC 5782).
struct DNSListSettings: Sendable, Hashable {
    enum Meaning: String, CaseIterable { case deny, allow }
    enum Subject: String, CaseIterable { case address, domain }

    let zone: DNSName
    /// What a listing means.
    var means = Meaning.deny
    /// What is looked up: the client's address, or the domain of the reverse-path.
    var of = Subject.address
    /// Whether it has entries for IPv6 addresses, too.
    var hasIPv6 = false
    /// Answers that count; empty: all in 127.0.0.0/8.
    var answers: [IPAddress] = []

    init?(_ reader: SectionReader) {
        let zone = reader.required("zone", "write the list's zone, like zen.example.net", Name.zone)
        means = reader.value("means", Choice.of(Meaning.self)) ?? means
        of = reader.value("of", Choice.of(Subject.self)) ?? of
        hasIPv6 = reader.value("ipv6", Choice.flag) ?? hasIPv6
        answers = reader.list("answers", Self.answer) ?? answers
        reader.finish()
        guard let zone else { return nil }
        self.zone = zone
    }

    private static func answer(_ text: String) throws(Unfit) -> IPAddress {
        guard let address = IPAddress(text), !address.isIPv6, address.isLoopback else {
            throw Unfit("not an answer of a list: \(Quantity.quoted(text)); write an address like 127.0.0.2")
        }
        return address
    }
}
