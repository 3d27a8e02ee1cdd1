public import SamotopCore

/// Where contacts are kept. Every store passes the same suite of tests (`ContactStoreSuite` in SamotopTesting).
///
/// Changes are durable on return. A store that fails throws ``ContactStoreError``, and the mail in question is postponed.
/// Nothing blocks an event loop.
public protocol ContactStore: Sendable {
    /// The owner's contacts about any of these, in no particular order. Asked for each recipient: it has to be quick.
    func contacts(of owner: Owner, about correspondents: [Correspondent]) async throws -> [Contact]

    /// One contact, if the owner has it.
    func contact(_ id: ContactID, of owner: Owner) async throws -> Contact?

    /// A page of the owner's contacts.
    func contacts(of owner: Owner, matching query: ContactQuery) async throws -> [Contact]

    /// How many there are in each state.
    func counts(of owner: Owner) async throws -> [Contact.State: Int]

    /// Owners who have contacts, in order.
    func owners() async throws -> [Owner]

    /// Changes a contact in one step: reads it, applies `change`, writes what it returns; nil removes it. Gives back what there
    /// is afterwards; nil when there is nothing.
    ///
    /// `change` may be called again when someone else was faster. It gets nil when the owner has no such contact, and may
    /// then return a new one with this correspondent.
    @discardableResult
    func change(
        _ correspondent: Correspondent, of owner: Owner, _ change: @Sendable @escaping (Contact?) -> Contact?
    ) async throws -> Contact?

    /// Files a stranger's request in one step: a contact there is gets `request` and one more attempt; a new one is made
    /// when the limits allow it, and the owner's oldest waiting ones expire when they are too many.
    ///
    /// Durable on return when mail is held for it. Otherwise a crash may forget it, since the stranger comes again, and
    /// ``contacts(of:about:)`` may see it a moment later.
    func file(
        _ request: ContactRequest, from correspondent: Correspondent, identity: Identity, of owner: Owner,
        within limits: RequestLimits
    ) async throws -> Filing

    /// Adds to the counts of deliveries. May be written later than it returns: a crash may forget some.
    func noteDeliveries(_ deliveries: [Delivery]) async throws

    /// Removes what waits since before this moment and nobody decided on; at most `limit`. Returns what was removed.
    func expire(waitingSince moment: Timestamp, limit: Int) async throws -> [Contact]

    /// A number that changes whenever anyone, in this process or another, changed something: what remembers answers asks it.
    func version() async throws -> Int64
}

/// Messages from a contact were delivered.
public struct Delivery: Sendable, Hashable {
    public let owner: Owner
    public let correspondent: Correspondent
    /// Of the last one.
    public var time: Timestamp
    /// How many; at least one.
    public var count: Int

    /// Makes one.
    public init(owner: Owner, correspondent: Correspondent, time: Timestamp, count: Int = 1) {
        self.owner = owner
        self.correspondent = correspondent
        self.time = time
        self.count = max(1, count)
    }
}

/// Which contacts, and how many.
public struct ContactQuery: Sendable, Hashable {
    /// What comes first.
    public enum Order: Sendable, Hashable {
        /// Last heard of.
        case latest
        /// By what they are called.
        case name
    }

    /// In any of these.
    public var states: Set<Contact.State>
    /// Address, domain, list or display name contains this; ASCII case ignored; empty: all.
    public var text: String
    /// What comes first.
    public var order: Order
    /// How many are passed over.
    public var offset: Int
    /// At most so many, 1…1000.
    public var limit: Int

    /// Makes a query.
    public init(
        states: Set<Contact.State> = Set(Contact.State.allCases), text: String = "", order: Order = .latest,
        offset: Int = 0, limit: Int = 50
    ) {
        self.states = states
        self.text = text
        self.order = order
        self.offset = max(0, offset)
        self.limit = min(max(1, limit), 1000)
    }
}

/// How many strangers may wait. What goes over a domain's or network's share isn't listed (its mail is postponed all the same);
/// what goes over the owner's makes the oldest expire.
public struct RequestLimits: Sendable, Hashable {
    /// Waiting for one owner.
    public var perOwner = 1_000
    /// Of them from one domain (of the address).
    public var perDomain = 50
    /// Of them from one client network.
    public var perNetwork = 100
    /// In the whole store.
    public var total = 100_000

    /// The defaults.
    public init() {}
}

/// What became of a request.
public enum Filing: Sendable, Hashable {
    /// It is new; so many others of the owner expired for it.
    case filed(Contact, expired: Int)
    /// There was a contact already; this is it now.
    case known(Contact)
    /// A share is used up: it isn't listed.
    case overLimit
}

/// Why a store can't answer.
public enum ContactStoreError: Error, Sendable, Hashable {
    /// No space on the device.
    case insufficientStorage(cause: String)
    /// The file is damaged, or made by a newer version, or can't be opened: the cause says what to do.
    case unusable(cause: String)
    /// Anything else.
    case failed(cause: String)
}
