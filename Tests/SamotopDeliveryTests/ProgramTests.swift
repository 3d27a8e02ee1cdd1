#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif
import SamotopCore
import Synchronization
import Testing

@testable import SamotopDelivery

/// Programs that are really started. `sh` is one of them here: it is named as a program, and gets its script as an argument.
@Suite("F19: running a mailbox's program", .enabled(if: access("/bin/sh", X_OK) == 0))
struct ProgramTests {
    /// Root starts nothing with its own rights.
    private static let user: String? = geteuid() == 0 ? "nobody" : nil

    private func run(
        _ script: String, input: String = "Subject: x\r\n\r\nHi.\r\n", limit: Duration = .seconds(30),
        environment: [String: String] = ["RECIPIENT": "ann@our.test"],
        now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now }
    ) async -> ProgramResult {
        await ProgramRunner(count: 1, limit: limit, now: now).run(
            "/bin/sh", ["-c", script], as: Self.user, environment: environment, input: MemoryContent(Array(input.utf8)))
    }

    private func text(_ result: ProgramResult) -> String { String(decoding: result.output, as: UTF8.self) }

    /// A clock that is an hour further each time that somebody looks.
    private static func racing() -> @Sendable () -> ContinuousClock.Instant {
        let looks = Looks()
        let start = ContinuousClock.now
        return { start + .seconds(3_600 * looks.next()) }
    }

    private final class Looks: Sendable {
        private let count = Atomic(0)
        func next() -> Int { count.add(1, ordering: .relaxed).newValue }
    }

    @Test("Its status is what counts, whatever it read of the message", arguments: [0, 1, 67, 75, 127, 255] as [Int32])
    func status(number: Int32) async {
        #expect(await run("exit \(number)", input: String(repeating: "x\r\n", count: 100_000)).end == .exited(number))
        #expect(await run("cat >/dev/null; exit \(number)").end == .exited(number))
    }

    @Test("It gets the message with LF, and what it writes is kept up to a bound")
    func message() async {
        let echoed = await run("cat")
        #expect(echoed.end == .exited(0) && text(echoed) == "Subject: x\n\nHi.\n")
        let much = await run("cat; cat >&2 /dev/null", input: String(repeating: "line\r\n", count: 50_000))
        #expect(much.end == .exited(0) && much.output.count == ProgramRunner.outputLimit)
        #expect(text(await run("echo out; echo err >&2")) == "out\nerr\n")
    }

    @Test("Nothing of ours is in its environment, its descriptors and its group")
    func surroundings() async throws {
        setenv("SAMOTOP_TEST_SECRET", "1", 1)
        defer { unsetenv("SAMOTOP_TEST_SECRET") }
        let open = try #require(fopen("/dev/null", "r"))
        defer { fclose(open) }
        let seen = await run("tr '\\0' '\\n' </proc/$$/environ | sort; echo; ls /proc/$$/fd | tr '\\n' ' '; pwd")
        let parts = text(seen).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let names = parts.prefix { !$0.isEmpty }.map { $0.prefix { $0 != "=" } }
        #expect(names == ["HOME", "PATH", "RECIPIENT"])
        #expect(parts.contains("PATH=\(ProgramRunner.path)"))
        #expect(parts.contains { $0.hasPrefix("0 1 2 ") && $0.hasSuffix("/") }, "\(parts)")
        let groups = await run("cut -d' ' -f1,5 /proc/$$/stat")
        let numbers = text(groups).split(whereSeparator: { " \n".contains($0) })
        #expect(numbers.count == 2 && numbers.first == numbers.last)
        let signals = await run("grep -E '^Sig(Blk|Ign)' /proc/$$/status | cut -f2 | sort -u")
        #expect(text(signals) == "0000000000000000\n")
    }

    @Test("When its time is over it is killed, with what it has started, and hasn't seen the end of the message")
    func timeOut() async {
        #expect(await run("sleep 1000", limit: .seconds(60), now: Self.racing()).end == .timedOut)
        let large = String(repeating: "x\r\n", count: 1_000_000)
        let full = await run("sleep 1000 & wait", input: large, now: Self.racing())
        #expect(full.end == .timedOut)
        // One that ignores what it can.
        #expect(await run("trap '' TERM INT HUP; while :; do sleep 1; done", now: Self.racing()).end == .timedOut)
        #expect(await run("while :; do echo x; done", now: Self.racing()).end == .timedOut)
    }

    @Test("One that has the whole message and doesn't end: its input is closed once, whoever has the number meanwhile")
    func descriptors() async {
        let looks = Looks()
        let opened = Mutex<[CInt]>([])
        let start = ContinuousClock.now
        let result = await run("cat >/dev/null; exec sleep 1000", limit: .seconds(60)) {
            let look = looks.next()
            // The numbers that are free by now, among them the one of the input.
            if look > 3 { opened.withLock { $0 += (0..<4).map { _ in open("/dev/null", O_RDONLY | O_CLOEXEC) } } }
            return start + .seconds(look > 8 ? 3_600 : 0)
        }
        #expect(result.end == .timedOut)
        let numbers = opened.withLock(\.self)
        #expect(!numbers.isEmpty && numbers.allSatisfy { $0 >= 0 && fcntl($0, F_GETFD) >= 0 })
        for number in numbers { close(number) }
    }

    @Test("What it leaves behind doesn't outlive it, and keeps nobody waiting")
    func leftovers() async throws {
        let result = await run("sleep 1000 & echo $!")
        #expect(result.end == .exited(0))
        let number = try #require(pid_t(text(result).split(separator: "\n").first ?? ""))
        // Somebody waits for it at last.
        for _ in 0..<500 where kill(number, 0) == 0 { try await Task.sleep(for: .milliseconds(10)) }
        let state = await run("cut -d' ' -f3 /proc/\(number)/stat 2>/dev/null || true")
        #expect(kill(number, 0) != 0 || text(state).hasPrefix("Z"))
    }

    @Test("One that joins another group is killed, too", .enabled(if: access("/usr/bin/perl", X_OK) == 0))
    func otherGroup() async throws {
        let mark = "/tmp/samotop-tests-\(UInt64.random(in: .min ... .max))"
        defer { unlink(mark) }
        let script = """
            exec /usr/bin/perl -e '$| = 1; setpgrp(0, getpgrp(getppid())) or exit 9; print "$$\\n"; \
            open(my $file, ">", "\(mark)"); sleep 1000'
            """
        // An hour is over once it has joined.
        let start = ContinuousClock.now
        let result = await run(script) { access(mark, F_OK) == 0 ? start + .seconds(3_600) : start }
        #expect(result.end == .timedOut)
        let number = try #require(pid_t(text(result).split(separator: "\n").first ?? ""))
        #expect(kill(number, 0) != 0 && errno == ESRCH)
    }

    @Test("A signal is no word about the message; a task that is cancelled ends it")
    func ends() async {
        #expect(await run("kill -9 $$").end == .signalled(SIGKILL))
        let task = Task { await run("sleep 1000") }
        task.cancel()
        #expect(await task.value.end == .cancelled)
    }

    @Test("What can't be started says why")
    func notStarted() async {
        let runner = ProgramRunner(count: 1, limit: .seconds(10))
        let none = await runner.run(
            "/nowhere/x", [], as: Self.user, environment: [:], input: MemoryContent([]))
        #expect(none == ProgramResult(.notStarted("exec: ENOENT")))
        let folder = await runner.run("/", [], as: Self.user, environment: [:], input: MemoryContent([]))
        #expect(folder == ProgramResult(.notStarted("exec: EACCES")))
        let rooted = await runner.run("/bin/sh", [], as: "root", environment: [:], input: MemoryContent([]))
        guard case .notStarted = rooted.end else {
            Issue.record("\(rooted)")
            return
        }
    }

    @Test("Root starts it as the user that it is told, with that one's group alone", .enabled(if: geteuid() == 0))
    func rights() async throws {
        let account = try #require(ProgramAccount("nobody"))
        let seen = await run("grep -E '^(Uid|Gid|Groups|CapEff|CapAmb)' /proc/$$/status | tr '\\t' ' '")
        let lines = text(seen).split(separator: "\n").map { $0.split(separator: " ").dropFirst().map(String.init) }
        try #require(lines.count == 5)
        #expect(lines[0] == Array(repeating: "\(account.user)", count: 4))
        #expect(lines[1] == Array(repeating: "\(account.group)", count: 4))
        #expect(lines[2] == ["\(account.group)"])
        #expect(lines[3...] == [["0000000000000000"], ["0000000000000000"]])
        let runner = ProgramRunner(count: 1, limit: .seconds(10))
        let own = await runner.run("/bin/sh", ["-c", "true"], environment: [:], input: MemoryContent([]))
        #expect(own.end == .notStarted("it would have root's rights"))
    }

    private struct Broken: MailContent {
        var count: Int { 10 }
        func read(_ body: (Span<UInt8>) throws -> Void) throws {
            try body([0x78].span)
            throw SystemCallError(call: "read", code: EIO)
        }
    }

    @Test("A message that can't be read to its end isn't taken for a whole one")
    func broken() async {
        let result = await ProgramRunner(count: 1, limit: .seconds(30)).run(
            "/bin/sh", ["-c", "cat; echo whole"], as: Self.user, environment: [:], input: Broken())
        #expect(result.end == .unreadable && !text(result).contains("whole"))
    }
}
