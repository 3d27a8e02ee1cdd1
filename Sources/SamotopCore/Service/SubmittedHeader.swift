import InternetMessage

/// The header section of a submitted message while it comes in: it is kept until it is complete, then put right, and only then goes on
/// to taps and spool.
struct SubmittedHeader {
    private let limits: HeaderLimits
    private var gathered: [UInt8] = []
    private(set) var isDone = false

    init(_ limits: HeaderLimits) { self.limits = limits }

    /// The octets that are kept.
    var count: Int { gathered.count }

    mutating func push(_ octets: [UInt8]) { gathered += octets }

    /// What goes on: the header as `edit` makes it, and what of the body has come.
    mutating func finish(_ edit: (HeaderSection) -> [UInt8]) -> [UInt8] {
        let section = HeaderSection(gathered, limits: limits)
        let octets = edit(section) + gathered[section.length...]
        gathered = []
        isDone = true
        return octets
    }
}
