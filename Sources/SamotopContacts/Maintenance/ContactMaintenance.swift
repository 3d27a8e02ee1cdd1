public import SamotopCore

/// What has to be done now and then: counts and records are written, what is too old goes, and answers at hand are let go of when
/// someone else changed something.
///
///     try await ContactMaintenance(contacts: contacts, …).run()
public struct ContactMaintenance: Sendable {
    /// When it does what, and what is too old.
    public struct Settings: Sendable, Hashable {
        /// Seconds between two writes of counts and records.
        public var flushing: Int64 = 5
        /// Seconds between two looks for what is too old.
        public var expiring: Int64 = 3_600
        /// Days after which a stranger whom nobody answered is forgotten; the policy's patience ends before.
        public var forgettingStrangers: Int64 = 65
        /// Days that records are kept.
        public var keepingRecords: Int64 = 30
        /// Records that are kept.
        public var maximumRecords = 1_000_000
        /// Days that passes are shown after their end.
        public var keepingPasses: Int64 = 90

        /// The defaults.
        public init() {}
    }

    private let contacts: CachedContacts
    private let greylist: Greylist?
    private let auditing: Auditing?
    private let audit: (any AuditStore)?
    private let passes: (any PassStore)?
    private let desk: ContactDesk?
    private let arrivals: HeldArrivals?
    private let settings: Settings
    private let clock: any WallClock
    private let report: @Sendable (any Error) -> Void
    private let onExpired: @Sendable ([Contact]) async -> Void
    private let afterExpiry: @Sendable () async -> Void

    /// - Parameters:
    ///   - desk: moves held mail; with `arrivals`.
    ///   - report: told of each failure; the next round tries again.
    ///   - afterExpiry: called when all that was too old is removed.
    ///   - onExpired: told of strangers who were forgotten, since nobody answered them.
    public init(
        contacts: CachedContacts, greylist: Greylist? = nil, auditing: Auditing? = nil, audit: (any AuditStore)? = nil,
        passes: (any PassStore)? = nil, desk: ContactDesk? = nil, arrivals: HeldArrivals? = nil,
        settings: Settings = Settings(), clock: any WallClock = SystemClock(),
        report: @escaping @Sendable (any Error) -> Void = { _ in },
        onExpired: @escaping @Sendable ([Contact]) async -> Void = { _ in },
        afterExpiry: @escaping @Sendable () async -> Void = {}
    ) {
        self.contacts = contacts
        self.greylist = greylist
        self.auditing = auditing
        self.audit = audit
        self.passes = passes
        self.desk = desk
        self.arrivals = arrivals
        self.settings = settings
        self.clock = clock
        self.report = report
        self.onExpired = onExpired
        self.afterExpiry = afterExpiry
    }

    /// Runs until it is cancelled, a round every 500 ms; then writes what waits.
    ///
    /// - Parameter sleep: waits; throws when it is cancelled.
    public func run(
        sleep: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) async {
        var schedule = MaintenanceSchedule(settings, at: clock.now())
        while !Task.isCancelled {
            do { try await sleep(.milliseconds(500)) } catch { break }
            await round(&schedule)
        }
        await flush()
    }

    func round(_ schedule: inout MaintenanceSchedule) async {
        await attempt { try await contacts.refresh() }
        let now = clock.now()
        let due = schedule.due(at: now)
        if due.contains(.flushing) { await flush() }
        if due.contains(.expiring) { await expire(now) }
    }

    private func flush() async {
        await attempt { try await contacts.flush() }
        await attempt { try await auditing?.flush() }
        guard let desk, let arrivals else { return }
        await attempt { try await desk.settle(arrivals) }
    }

    private func expire(_ now: Timestamp) async {
        await attempt {
            let moment = now.earlier(byDays: settings.forgettingStrangers)
            while true {
                let expired = try await contacts.expire(waitingSince: moment, limit: 1_000)
                if !expired.isEmpty { await onExpired(expired) }
                guard expired.count == 1_000 else { break }
            }
        }
        await attempt { try await greylist?.expire(at: now) }
        await attempt {
            try await audit?.expire(
                before: now.earlier(byDays: settings.keepingRecords), maximum: settings.maximumRecords)
        }
        await attempt { try await passes?.expire(before: now.earlier(byDays: settings.keepingPasses)) }
        await afterExpiry()
    }

    private func attempt(_ work: () async throws -> Void) async {
        do { try await work() } catch { report(error) }
    }
}

extension Timestamp {
    func earlier(byDays days: Int64) -> Timestamp {
        let seconds = min(max(days, 0), 1_000_000) * 86_400
        return Timestamp(seconds: self.seconds &- seconds, nanoseconds: nanoseconds)
    }
}
