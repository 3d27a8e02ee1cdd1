/// An owner's contacts about one sender: hardly ever more than one or two, which are found faster one by one than by a hash.
struct KnownContacts: Sendable {
    private(set) var all: [Contact]

    init(_ all: [Contact] = []) { self.all = all }

    subscript(_ correspondent: Correspondent) -> Contact? { all.first { $0.correspondent == correspondent } }

    mutating func add(_ contact: Contact) { all.append(contact) }
}
