#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A user of this machine, as a program that is started for one needs it.
public struct ProgramAccount: Sendable, Hashable {
    /// The user's number.
    public let user: UInt32
    /// Its own group's. The program has no other.
    public let group: UInt32
    /// Its home.
    public let home: String

    /// Makes an account.
    public init(user: UInt32, group: UInt32, home: String) {
        self.user = user
        self.group = group
        self.home = home
    }

    /// Looks a user up; nil for the name: whose rights this process has. Nil: the machine knows none. May block.
    public init?(_ name: String?) {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 16 << 10)
        let status =
            if let name {
                getpwnam_r(name, &entry, &buffer, buffer.count, &found)
            } else {
                getpwuid_r(geteuid(), &entry, &buffer, buffer.count, &found)
            }
        guard status == 0, found != nil else { return nil }
        self.init(user: entry.pw_uid, group: entry.pw_gid, home: entry.pw_dir.map { String(cString: $0) } ?? "/")
    }
}
