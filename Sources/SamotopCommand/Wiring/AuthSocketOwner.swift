#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Whom the socket for other programs belongs to: the account that serves, and the group that may ask there.
enum AuthSocketOwner {
    private static let key = "submission.auth-socket-group"

    /// - Parameter account: whom root is going to become; nil: the owner stays.
    static func give(_ configuration: Configuration, to account: Account?) throws(StartFailure) {
        guard let path = configuration.submission.authSocket else { return }
        // The greatest number leaves it as it is.
        let owner = account?.userID ?? uid_t.max
        var group = account?.groupID ?? gid_t.max
        if let name = configuration.submission.authSocketGroup {
            guard let found = getgrnam(name)?.pointee else {
                throw StartFailure(ExitStatus.configuration, problems(configuration))
            }
            group = found.gr_gid
        }
        guard owner != uid_t.max || group != gid_t.max else { return }
        // Never what a link leads to: others may write to the folder.
        guard lchown(path, owner, group) == 0 else {
            let failure = SystemFailure("chown")
            throw StartFailure(
                ExitStatus.configuration,
                [
                    configuration.problem(
                        configuration.submission.authSocketGroup == nil ? "submission.auth-socket" : key,
                        "can't give \(path) away: \(failure); under systemd write SupplementaryGroups= with the group and "
                            + "SystemCallFilter=@chown into the unit, or start as root with user:")
                ])
        }
    }

    /// A group that this machine doesn't know.
    static func problems(_ configuration: Configuration) -> [Problem] {
        guard let name = configuration.submission.authSocketGroup, getgrnam(name) == nil else { return [] }
        return [configuration.problem(key, "no group \(Quantity.quoted(name)) on this machine")]
    }
}
