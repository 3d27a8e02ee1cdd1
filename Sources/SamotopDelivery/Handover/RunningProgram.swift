import CLinux
#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif
import SamotopCore

/// A program that was started for a message, for the thread that started it. All of it blocks.
struct RunningProgram {
    struct NotStarted: Error {
        let cause: String
    }

    /// Why writing ends before the message does.
    private enum Stop: Error {
        case end(ProgramResult.End)
        /// It has ended, or has closed its input.
        case closed
    }

    private let process: CInt
    private let input: CInt
    private let output: CInt

    init(
        _ path: String, _ arguments: [String], _ environment: [String], _ account: ProgramAccount?
    ) throws(NotStarted) {
        // A pipe that nobody reads would end this process.
        var quiet = sigset_t()
        sigemptyset(&quiet)
        sigaddset(&quiet, SIGPIPE)
        pthread_sigmask(CInt(SIG_BLOCK), &quiet, nil)
        let first = try Self.pipe()
        let back: (read: CInt, write: CInt)
        do throws(NotStarted) { back = try Self.pipe() } catch {
            close(first.read)
            close(first.write)
            throw error
        }
        let started = Self.start(path, arguments, environment, account, input: first.read, output: back.write)
        close(first.read)
        close(back.write)
        guard started > 0 else {
            close(first.write)
            close(back.read)
            throw NotStarted(cause: SystemCallError(call: "exec", code: -started).cause)
        }
        process = started
        input = first.write
        output = back.read
        for descriptor in [input, output] { _ = fcntl(descriptor, F_SETFL, O_NONBLOCK) }
    }

    private static func pipe() throws(NotStarted) -> (read: CInt, write: CInt) {
        var ends: [CInt] = [-1, -1]
        guard linux_pipe(&ends) == 0 else {
            throw NotStarted(cause: SystemCallError(call: "pipe", code: errno).cause)
        }
        return (ends[0], ends[1])
    }

    private static func start(
        _ path: String, _ arguments: [String], _ environment: [String], _ account: ProgramAccount?, input: CInt,
        output: CInt
    ) -> CInt {
        let (words, variables) = (pointers(arguments), pointers(environment))
        defer { for text in words + variables { free(text) } }
        return path.withCString { path in
            words.withUnsafeBufferPointer { words in
                variables.withUnsafeBufferPointer { variables in
                    var program = linux_program()
                    program.path = path
                    program.arguments = words.baseAddress
                    program.environment = variables.baseAddress
                    program.input = input
                    program.output = output
                    if let account {
                        program.changes_user = 1
                        program.user = account.user
                        program.group = account.group
                    }
                    return linux_start(&program)
                }
            }
        }
    }

    private static func pointers(_ texts: [String]) -> [UnsafeMutablePointer<CChar>?] {
        texts.map { strdup($0) } + [nil]
    }

    /// Brings it the message, and waits for its end.
    ///
    /// - Parameter over: why nobody waits any longer; nil: somebody does.
    func finish(_ content: any MailContent, over: () -> ProgramResult.End?) -> ProgramResult {
        var kept: [UInt8] = []
        var end: ProgramResult.End?
        do {
            var lines = LineFeeds()
            try content.read { slice in try put(lines.converted(slice), &kept, over) }
            try put(lines.rest, &kept, over)
        } catch let stop as Stop {
            if case .end(let reason) = stop { end = reason }
        } catch {
            end = .unreadable
        }
        // Whoever sees the end of its input has all of the message. Closed once: its number may be somebody else's a moment later.
        let isWhole = end == nil
        if isWhole { close(input) }
        while end == nil, linux_has_ended(process) == 0 {
            end = over()
            wait(writing: false, &kept)
        }
        // Before it is waited for, so that its number is nobody else's.
        kill(-process, SIGKILL)
        // It may have left its group.
        kill(process, SIGKILL)
        let status = reap()
        drain(&kept)
        if !isWhole { close(input) }
        close(output)
        return ProgramResult(end ?? Self.end(of: status), output: kept)
    }

    private func put(
        _ octets: [UInt8], _ kept: inout [UInt8], _ over: () -> ProgramResult.End?
    ) throws(Stop) {
        var start = 0
        while start < octets.count {
            if let reason = over() { throw .end(reason) }
            let count = octets[start...].withUnsafeBytes { write(input, $0.baseAddress, $0.count) }
            if count > 0 {
                start += count
            } else if errno == EAGAIN {
                // Something that it left behind may hold the pipe open.
                guard linux_has_ended(process) == 0 else { throw .closed }
                wait(writing: true, &kept)
            } else if errno != EINTR {
                throw .closed
            }
        }
    }

    /// Waits a moment, for output or for room in its input.
    private func wait(writing: Bool, _ kept: inout [UInt8]) {
        var descriptors = [
            pollfd(fd: output, events: Int16(POLLIN), revents: 0),
            pollfd(fd: input, events: Int16(POLLOUT), revents: 0),
        ]
        _ = poll(&descriptors, writing ? 2 : 1, 10)
        // One that has closed its output ends the wait at once, each time.
        if !drain(&kept) { _ = poll(nil, 0, 5) }
    }

    /// Takes what it wrote; beyond what is kept, it is lost. False: there was nothing.
    @discardableResult
    private func drain(_ kept: inout [UInt8]) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 4_096)
        var isAny = false
        // Bounded, so that one that writes without end is still ended in time.
        for _ in 0..<16 {
            let count = read(output, &buffer, buffer.count)
            guard count > 0 else { break }
            isAny = true
            kept += buffer.prefix(min(count, ProgramRunner.outputLimit - kept.count))
        }
        return isAny
    }

    /// The status of what has ended or was killed; nil: it can't be had. One that has taken other rights than ours can't be killed: it
    /// isn't waited for long.
    private func reap() -> CInt? {
        var status: CInt = 0
        for _ in 0..<500 {
            let ended = waitpid(process, &status, WNOHANG)
            if ended == process { return status }
            if ended < 0, errno != EINTR { return nil }
            _ = poll(nil, 0, 10)
        }
        return nil
    }

    /// WIFEXITED, WEXITSTATUS, WTERMSIG.
    private static func end(of status: CInt?) -> ProgramResult.End {
        guard let status else { return .signalled(SIGKILL) }
        return status & 0x7F == 0 ? .exited((status >> 8) & 0xFF) : .signalled(status & 0x7F)
    }
}
