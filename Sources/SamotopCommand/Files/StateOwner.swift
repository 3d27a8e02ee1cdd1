#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Commands that root runs beside the server act as the state folder's owner: what they make is the server's to use.
enum StateOwner {
    /// Does work as the folder's owner, and is root again afterwards.
    static func acting<Value>(for folder: String, _ work: () throws -> Value) throws -> Value {
        let (user, group) = (geteuid(), getegid())
        try become(of: folder)
        defer {
            if geteuid() != user { _ = seteuid(user) }
            if getegid() != group { _ = setegid(group) }
        }
        return try work()
    }

    /// Does nothing when somebody else than root runs the command.
    static func become(of folder: String) throws(StartFailure) {
        guard geteuid() == 0, let status = LocalFile.status(folder), status.owner != 0 else { return }
        // The group first: afterwards nobody may change it.
        guard setegid(status.group) == 0, seteuid(status.owner) == 0 else {
            let failure = SystemFailure("seteuid")
            throw StartFailure(ExitStatus.failure, ["samotop: can't act as the owner of \(folder): \(failure)"])
        }
    }
}
