#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What the process gives up before it takes mail.
enum Hardening {
    /// No core file, no reading by other processes of the same user, files private by default, and as many open files as
    /// the system allows. Call it again after a change of user, which resets a part of it.
    static func apply(environment: [String: String]) {
        umask(0o077)
        #if os(Linux)
            var none = rlimit(rlim_cur: 0, rlim_max: 0)
            setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
            var files = rlimit()
            if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &files) == 0, files.rlim_cur < files.rlim_max {
                files.rlim_cur = files.rlim_max
                setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &files)
            }
            // A core piped to a program ignores RLIMIT_CORE: only this stops it.
            _ = prctl(PR_SET_DUMPABLE, 0)
        #endif
        // A peer that goes away is an error of its connection, not the end of the process.
        signal(SIGPIPE, SIG_IGN)
        // Swift's own crash reporter would keep a crashed process for up to half a minute, and write what is in its memory
        // to the log. Who wants that asks for it.
        if environment["SWIFT_BACKTRACE"] == nil {
            for fatal in [SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGQUIT] { signal(fatal, SIG_DFL) }
        }
    }

    /// Keeps what is in memory off the swap, for as long as the process lives: pages are locked as they are used. Call it before rights
    /// are given up.
    ///
    /// - Parameter keepsRights: they aren't given up later: then the capability to lock is enough, without a limit.
    /// - Returns: false: the system allows it only for a part (`RLIMIT_MEMLOCK`), or not at all, and nothing is locked.
    static func lockMemory(keepsRights: Bool) -> Bool {
        #if os(Linux)
            guard liftLockLimit() || (keepsRights && hasCapability(CAP_IPC_LOCK)) else { return false }
            // As pages are used (Linux 4.4): address space that nobody touches takes no memory.
            let onFault: CInt = 4
            return mlockall(CInt(MCL_CURRENT) | CInt(MCL_FUTURE) | onFault) == 0
        #else
            return false
        #endif
    }

    #if os(Linux)
        /// Memory beyond the limit could not be had at all once all of it is locked: so there must be none.
        private static func liftLockLimit() -> Bool {
            let resource = __rlimit_resource_t(RLIMIT_MEMLOCK)
            var limit = rlimit(rlim_cur: .max, rlim_max: .max)
            if setrlimit(resource, &limit) == 0 { return true }
            guard getrlimit(resource, &limit) == 0, limit.rlim_max == .max else { return false }
            limit.rlim_cur = .max
            return setrlimit(resource, &limit) == 0
        }

        /// Whether the process has a capability in effect, by the kernel's own account of it.
        private static func hasCapability(_ bit: UInt64) -> Bool {
            guard let octets = try? LocalFile.read("/proc/self/status") else { return false }
            let lines = String(decoding: octets, as: UTF8.self).split(separator: "\n")
            guard let line = lines.first(where: { $0.hasPrefix("CapEff:") }),
                let effective = UInt64(line.dropFirst(7).drop { $0 == "\t" || $0 == " " }, radix: 16)
            else { return false }
            return effective >> bit & 1 == 1
        }
    #endif

    /// Whether the system may swap to anything now, by its list. One that can't be read (`ProcSubset=pid`) says nothing.
    static func hasSwap(_ list: String = "/proc/swaps") -> Bool {
        guard let octets = try? LocalFile.read(list) else { return true }
        // A line of headings, then one for each.
        return octets.split(separator: UInt8(ascii: "\n")).count > 1
    }

    /// Swift's dictionaries are only safe against chosen keys while their seed is random.
    static func predictableHashing(in environment: [String: String]) -> String? {
        guard environment["SWIFT_DETERMINISTIC_HASHING"] != nil else { return nil }
        return "SWIFT_DETERMINISTIC_HASHING is set: strangers could slow this server down with chosen names; unset it"
    }

    #if os(Linux)
        private static let PR_SET_DUMPABLE: CInt = 4
        /// Hidden from Swift by the way in which the C library declares it.
        private static let RLIMIT_MEMLOCK: UInt32 = 8
        private static let CAP_IPC_LOCK: UInt64 = 14

        /// C's variadic functions aren't imported; on Linux this one takes its arguments like any other.
        private static func prctl(_ option: CInt, _ value: CUnsignedLong) -> CInt {
            typealias Function =
                @convention(c) (CInt, CUnsignedLong, CUnsignedLong, CUnsignedLong, CUnsignedLong) -> CInt
            guard let symbol = dlsym(nil, "prctl") else { return -1 }
            return unsafeBitCast(symbol, to: Function.self)(option, value, 0, 0, 0)
        }
    #endif
}
