import SamotopCore

/// One owner's contacts in memory, with the counts that the limits ask for.
struct MemoryBook: Sendable {
    private(set) var contacts: [Correspondent: Contact] = [:]
    private(set) var ids: [ContactID: Correspondent] = [:]
    private(set) var counts: [Contact.State: Int] = [:]
    /// Those who wait, by when they were last heard of.
    var waiting = TouchOrder<Correspondent>()
    private var waitingPerDomain: [ArraySlice<UInt8>: Int] = [:]
    private var waitingPerNetwork: [String: Int] = [:]

    /// Whether the shares of its domain and network let one more wait.
    func hasRoom(for request: ContactRequest, from correspondent: Correspondent, within limits: RequestLimits) -> Bool {
        waitingPerDomain[correspondent.domainBytes, default: 0] < limits.perDomain
            && waitingPerNetwork[request.network, default: 0] < limits.perNetwork
    }

    /// Writes a contact, or removes it.
    mutating func put(_ contact: Contact?, about correspondent: Correspondent) {
        if let known = contacts.removeValue(forKey: correspondent) {
            ids[known.id] = nil
            count(known, -1)
        }
        guard let contact else { return waiting.remove(correspondent) }
        contacts[correspondent] = contact
        ids[contact.id] = correspondent
        count(contact, 1)
        if contact.state == .waiting { waiting.touch(correspondent) } else { waiting.remove(correspondent) }
    }

    mutating func note(_ delivery: Delivery) {
        guard var contact = contacts[delivery.correspondent] else { return }
        contact.delivered = contact.delivered.addingWithoutOverflow(delivery.count)
        contact.lastSeen = max(contact.lastSeen, delivery.time)
        contacts[delivery.correspondent] = contact
    }

    private mutating func count(_ contact: Contact, _ difference: Int) {
        Self.add(difference, to: contact.state, in: &counts)
        guard contact.state == .waiting else { return }
        Self.add(difference, to: contact.correspondent.domainBytes, in: &waitingPerDomain)
        if let request = contact.request { Self.add(difference, to: request.network, in: &waitingPerNetwork) }
    }

    private static func add<Key>(_ difference: Int, to key: Key, in table: inout [Key: Int]) {
        let count = table[key, default: 0] + difference
        table[key] = count == 0 ? nil : count
    }
}

extension Correspondent {
    /// What follows the last `@` of an address; all of a domain or list.
    var domainBytes: ArraySlice<UInt8> {
        guard kind == .address, let at = bytes.lastIndex(of: UInt8(ascii: "@")) else { return bytes[...] }
        return bytes[(at + 1)...]
    }
}
