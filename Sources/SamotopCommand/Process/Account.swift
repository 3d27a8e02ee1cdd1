#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A user of this machine that the server can become.
struct Account: Sendable, Hashable {
    let user: String
    let userID: uid_t
    let groupID: gid_t

    /// Looks the names up; the key and the reason when one isn't known.
    static func find(_ settings: AccountSettings) -> Result<Account?, Problem.Lookup> {
        guard let user = settings.user else { return .success(nil) }
        guard let entry = getpwnam(user)?.pointee else {
            return .failure(Problem.Lookup(key: "user", message: "no user \(Quantity.quoted(user)) on this machine"))
        }
        guard entry.pw_uid != 0 else {
            return .failure(Problem.Lookup(key: "user", message: "\(Quantity.quoted(user)) is root; name another user"))
        }
        guard let group = settings.group else {
            return .success(Account(user: user, userID: entry.pw_uid, groupID: entry.pw_gid))
        }
        guard let found = getgrnam(group)?.pointee else {
            return .failure(Problem.Lookup(key: "group", message: "no group \(Quantity.quoted(group)) on this machine"))
        }
        return .success(Account(user: user, userID: entry.pw_uid, groupID: found.gr_gid))
    }

    /// Becomes this user for good: groups first, then the user, then proof that there is no way back.
    func become() throws(SystemFailure) {
        guard initgroups(user, groupID) == 0 else { throw SystemFailure("initgroups") }
        guard setgid(groupID) == 0 else { throw SystemFailure("setgid") }
        guard setuid(userID) == 0 else { throw SystemFailure("setuid") }
        guard getuid() == userID, geteuid() == userID, getgid() == groupID, getegid() == groupID,
            seteuid(0) != 0, setuid(0) != 0
        else { throw SystemFailure("setuid", EPERM) }
    }
}

extension Problem {
    /// A name in the configuration that this machine doesn't know.
    struct Lookup: Error {
        let key: String
        let message: String
    }
}
