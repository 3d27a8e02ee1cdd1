#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Runs a program with octets as its standard input. Blocks.
struct Subprocess {
    enum Failure: Error, Hashable {
        case notStarted
        /// It took too long, and was killed.
        case timedOut
        /// A signal ended it, or it didn't take its input.
        case broken
    }

    let program: String
    let arguments: [String]
    let timeout: Duration

    /// Brings the exit status.
    func run(_ input: [UInt8]) throws(Failure) -> Int32 {
        let end = ContinuousClock.now + timeout
        // A socket and no pipe: writing to one that nobody reads must not raise a signal.
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            throw .notStarted
        }
        let process: pid_t
        do throws(Failure) {
            process = try start(ends[1], until: end)
        } catch {
            close(ends[0])
            close(ends[1])
            throw error
        }
        close(ends[1])
        let isWritten = write(input, ends[0], until: end)
        shutdown(ends[0], Int32(SHUT_WR))
        defer { close(ends[0]) }
        return try wait(process, isWritten: isWritten, until: end)
    }

    private func start(_ input: Int32, until end: ContinuousClock.Instant) throws(Failure) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        guard posix_spawn_file_actions_init(&actions) == 0 else { throw .notStarted }
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, 0)
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        // posix_spawn reads the strings and writes nothing into them.
        var texts: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) }
        defer { for text in texts { free(text) } }
        texts.append(nil)
        var process: pid_t = 0
        while true {
            switch posix_spawn(&process, program, &actions, nil, texts, environ) {
            case 0: return process
            // Its file was written a moment ago, and a process that another thread is starting has it open still.
            case ETXTBSY where ContinuousClock.now < end: poll(nil, 0, 5)
            default: throw .notStarted
            }
        }
    }

    private func write(_ octets: [UInt8], _ socket: Int32, until end: ContinuousClock.Instant) -> Bool {
        var start = 0
        while start < octets.count {
            let count = octets[start...].withUnsafeBytes {
                send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
            }
            if count > 0 {
                start += count
                continue
            }
            guard errno == EAGAIN || errno == EINTR else { return false }
            guard ContinuousClock.now < end else { return false }
            var descriptor = pollfd(fd: socket, events: Int16(POLLOUT), revents: 0)
            poll(&descriptor, 1, 100)
        }
        return true
    }

    private func wait(_ process: pid_t, isWritten: Bool, until end: ContinuousClock.Instant) throws(Failure) -> Int32 {
        var status: Int32 = 0
        while true {
            let ended = waitpid(process, &status, WNOHANG)
            if ended == process { break }
            if ended < 0, errno != EINTR { throw .broken }
            guard ContinuousClock.now < end else {
                kill(process, SIGKILL)
                while waitpid(process, &status, 0) < 0, errno == EINTR {}
                throw .timedOut
            }
            poll(nil, 0, 5)
        }
        // WIFEXITED, WEXITSTATUS.
        guard status & 0x7F == 0 else { throw .broken }
        let code = (status >> 8) & 0xFF
        guard isWritten || code != 0 else { throw .broken }
        return code
    }
}
