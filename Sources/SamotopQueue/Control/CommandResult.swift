/// How many recipients a command met.
public struct CommandResult: Sendable, Hashable, Codable {
    /// It was done.
    public var changed = 0
    /// A delivery is under way: it is done after that, if there is anything left to do.
    public var delivering = 0
    /// There was nothing to do: they are done, or are as the command wants them.
    public var unchanged = 0

    /// Makes a result; by default it met nobody.
    public init(changed: Int = 0, delivering: Int = 0, unchanged: Int = 0) {
        (self.changed, self.delivering, self.unchanged) = (changed, delivering, unchanged)
    }
}
