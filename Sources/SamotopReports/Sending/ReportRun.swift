/// What became of each report of a run.
public struct ReportRun: Sendable, Hashable {
    /// What became of a report.
    public enum Outcome: Sendable, Hashable {
        /// It was handed over; its counts are gone.
        case sent(id: String, to: [String])
        /// A dry run: it would be.
        case wouldSend(id: String, to: [String])
        /// Nobody wants it; its counts are gone.
        case unwanted
        /// It stays for the next run; why.
        case postponed(String)
        /// It could not be sent for too long; its counts are gone.
        case expired
        /// It can't be made; its counts are gone; why.
        case impossible(String)
    }

    /// A report and its outcome.
    public struct Entry: Sendable, Hashable {
        public let subject: ReportSubject
        public let outcome: Outcome
    }

    /// In the order of the run.
    public internal(set) var entries: [Entry] = []
    /// Another run was under way: this one did nothing.
    public internal(set) var isBusy = false
    /// A store could not be asked: why.
    public internal(set) var storeFailures: [String] = []

    /// Something is left that another try may send.
    public var hasPostponed: Bool {
        isBusy || !storeFailures.isEmpty
            || entries.contains { if case .postponed = $0.outcome { true } else { false } }
    }
}
