/// The notifications that a recipient's sender is still to get; one bit for each ``NoticeKind``.
public struct OwedNotices: OptionSet, Sendable, Hashable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The set of this one.
    public init(_ kind: NoticeKind) { rawValue = 1 << kind.rawValue }

    /// The kinds in the set.
    public var kinds: [NoticeKind] { NoticeKind.allCases.filter { contains(OwedNotices($0)) } }
}
