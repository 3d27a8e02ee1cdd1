import SamotopContacts
import SamotopCore

/// What the checks fill stores with.
enum SampleContacts {
    static let bob = Owner("bob")
    static let eve = Owner("eve")

    static func address(_ text: String) throws(StoreFailure) -> Correspondent {
        try require(Correspondent(kind: .address, stored: Array(text.utf8)), "the address \(text)")
    }

    static func moment(_ seconds: Int64) -> Timestamp { Timestamp(seconds: 1_700_000_000 + seconds) }

    static func contact(
        _ text: String, of owner: Owner = bob, _ state: Contact.State = .waiting, at seconds: Int64 = 0,
        called name: String? = nil
    ) throws -> Contact {
        Contact(
            id: .random(), owner: owner, correspondent: try address(text), state: state,
            identity: Identity(.domain("example.org"), proofs: [.spf]),
            request: name.map { request(at: seconds, called: $0) }, firstSeen: moment(seconds),
            lastSeen: moment(seconds))
    }

    static func request(
        at seconds: Int64 = 0, network: String = "192.0.2.0/24", called name: String? = nil, held: [String] = []
    ) -> ContactRequest {
        ContactRequest(
            recipient: "bob@example.net", reversePath: "ann@example.org", displayName: name, network: network,
            time: moment(seconds), held: held)
    }

    /// With every field set, and text that has to come back as it is.
    static func full() throws -> Contact {
        let hostile = #"'; DROP TABLE contacts; -- " \ % _ ? {0} é 🐟"#
        var request = request(at: 60, called: hostile, held: ["envelope-1", ""])
        request.subject = "Re:\tline\r\nbreak \(hostile)"
        request.clientName = "mx.example.org"
        request.hello = hostile
        request.evidence = ["spf=pass smtp.mailfrom=example.org", "", hostile]
        return Contact(
            id: .random(), owner: Owner("o'hara\" -- ü"), correspondent: try address("o'hara%_\"@example.org"),
            state: .held,
            identity: Identity(.domain("example.org"), proofs: [.dkim, .dmarc]), request: request,
            firstSeen: Timestamp(seconds: -1, nanoseconds: 999_999_999), lastSeen: moment(60), attempts: 7,
            delivered: 8,
            decision: ContactDecision(
                previous: .waiting, state: .held, maker: "page", time: moment(61), note: hostile))
    }
}

extension ContactStore {
    /// Writes a contact over whatever there is.
    func put(_ contact: Contact) async throws {
        try await change(contact.correspondent, of: contact.owner) { _ in contact }
    }

    func file(
        _ text: String, of owner: Owner = SampleContacts.bob, at seconds: Int64 = 0, network: String = "192.0.2.0/24",
        within limits: RequestLimits = RequestLimits()
    ) async throws -> Filing {
        try await file(
            SampleContacts.request(at: seconds, network: network), from: SampleContacts.address(text),
            identity: Identity(.network(network)), of: owner, within: limits)
    }
}
