#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif
import Foundation
import Synchronization

/// The samotop that was built beside the tests, started with arguments, and watched through pipes.
final class ChildProcess: @unchecked Sendable {
    // Safe: each instance belongs to one test, which uses it from one task at a time.
    let id: pid_t
    private let output: CInt
    private let errors: CInt
    private var pending: [UInt8] = []
    private var status: CInt?

    /// Starts a program; without one, samotop itself.
    ///
    /// - Parameter descriptor: becomes the child's descriptor 3.
    init(
        _ arguments: [String], environment: [String: String] = [:], directory: String = "/", program: String = samotop,
        descriptor: CInt? = nil
    ) throws {
        // One at a time: between opening a pipe and marking it, another child would inherit it.
        (id, output, errors) = try Self.spawning.withLock { _ in
            let (outputRead, outputWrite) = try Self.pipe()
            let (errorRead, errorWrite) = try Self.pipe()
            defer {
                close(outputWrite)
                close(errorWrite)
            }
            var actions = posix_spawn_file_actions_t()
            posix_spawn_file_actions_init(&actions)
            defer { posix_spawn_file_actions_destroy(&actions) }
            posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
            posix_spawn_file_actions_adddup2(&actions, outputWrite, 1)
            posix_spawn_file_actions_adddup2(&actions, errorWrite, 2)
            if let descriptor { posix_spawn_file_actions_adddup2(&actions, descriptor, 3) }
            var all = ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "HOME": "/"]
            all.merge(environment) { $1 }
            // LISTEN_PID must name the child: the shell knows its own number, and keeps it over exec.
            let script = "cd \"$1\" && shift && LISTEN_PID=$$ exec \"$@\""
            var words = (["/bin/sh", "-c", script, "sh", directory, program] + arguments).map { strdup($0) } + [nil]
            var variables = all.map { strdup("\($0)=\($1)") } + [nil]
            defer { for word in words + variables { free(word) } }
            var child = pid_t()
            let code = posix_spawn(&child, "/bin/sh", &actions, nil, &words, &variables)
            guard code == 0 else { throw SpawnError(code: code) }
            return (child, outputRead, errorRead)
        }
    }

    private static let spawning = Mutex(())

    private static func pipe() throws -> (read: CInt, write: CInt) {
        var ends: [CInt] = [0, 0]
        guard Glibc.pipe(&ends) == 0 else { throw SpawnError(code: errno) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    deinit {
        if status == nil {
            kill(id, SIGKILL)
            var status: CInt = 0
            waitpid(id, &status, 0)
        }
        close(output)
        close(errors)
    }

    struct SpawnError: Error { let code: CInt }

    /// The samotop beside this test program.
    static let samotop: String = {
        var path = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &path, path.count - 1)
        let runner = String(decoding: path.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return runner.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" } + "/samotop"
    }()

    func signal(_ number: CInt) { kill(id, number) }

    /// The next line of standard output; nil at its end.
    func line() -> String? {
        while true {
            if let end = pending.firstIndex(of: 0x0A) {
                defer { pending.removeFirst(end + 1) }
                return String(decoding: pending[..<end], as: UTF8.self)
            }
            guard let more = read(output) else { return nil }
            pending += more
        }
    }

    /// Lines up to and with the first one that has the text; all of them when none has.
    func lines(until text: String) -> [String] {
        var lines: [String] = []
        while let line = line() {
            lines.append(line)
            if line.contains(text) { break }
        }
        return lines
    }

    /// Waits for the end; what it wrote to standard error, and how it ended.
    func finish() -> (exit: CInt, signal: CInt, dumpedCore: Bool, errors: String) {
        var text: [UInt8] = []
        while let more = read(errors) { text += more }
        while read(output) != nil {}
        var status: CInt = 0
        waitpid(id, &status, 0)
        self.status = status
        return (status >> 8 & 0xFF, status & 0x7F, status & 0x80 != 0, String(decoding: text, as: UTF8.self))
    }

    /// What comes next; nil at the end. A child that says nothing for a minute is given up, so that a fault is a failure and
    /// no hang.
    private func read(_ descriptor: CInt) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            if poll(&wait, 1, 60_000) == 0 { kill(id, SIGKILL) }
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count > 0 { return Array(buffer[..<count]) }
            if count == 0 || errno != EINTR { return nil }
        }
    }
}
