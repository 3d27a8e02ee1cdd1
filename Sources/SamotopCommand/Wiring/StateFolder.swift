#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The folder for everything that must survive a restart.
enum StateFolder {
    /// Makes it if it is missing, for the account if root does it, and takes its lock.
    static func open(_ configuration: Configuration, for account: Account?) throws(StartFailure) -> StateLock {
        let path = configuration.state
        try make(configuration, for: account)
        do throws(StateLock.Failure) {
            return try StateLock(path)
        } catch {
            switch error {
            case .taken:
                throw StartFailure(
                    ExitStatus.temporary,
                    ["samotop: another samotop serves with \(path); stop it first, or use another folder"])
            case .system(let failure):
                let problem = configuration.problem("state", "can't lock \(path): \(failure)")
                throw StartFailure(ExitStatus.configuration, [problem])
            }
        }
    }

    /// Makes it if it is missing, for the account if root does it.
    static func make(_ configuration: Configuration, for account: Account?) throws(StartFailure) {
        let path = configuration.state
        guard LocalFile.status(path) == nil else { return }
        do throws(SystemFailure) {
            try LocalFile.makeFolder(path, mode: 0o700)
            if geteuid() == 0, let account, chown(path, account.userID, account.groupID) != 0 {
                throw SystemFailure("chown")
            }
        } catch {
            let problem = configuration.problem(
                "state", "can't make \(path): \(error); make it and give it to samotop's user")
            throw StartFailure(ExitStatus.configuration, [problem])
        }
    }
}
