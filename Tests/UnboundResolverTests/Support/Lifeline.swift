#if Unbound
    import Glibc

    /// A program that runs in the background and ends with this process, however that ends.
    final class Lifeline: Sendable {
        private let shell: pid_t
        private let input: Int32

        /// Starts a program in a folder, which is removed at its end.
        init(_ program: String, _ arguments: [String], in directory: String) throws {
            var ends: [Int32] = [0, 0]
            guard pipe(&ends) == 0 else { throw TestError(message: "no pipe") }
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            input = ends[1]
            defer { close(ends[0]) }
            var actions = posix_spawn_file_actions_t()
            posix_spawn_file_actions_init(&actions)
            defer { posix_spawn_file_actions_destroy(&actions) }
            posix_spawn_file_actions_adddup2(&actions, ends[0], 0)
            posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
            posix_spawn_file_actions_adddup2(&actions, 1, 2)
            // The threads that tests run on block most signals; a server must hear them.
            var attributes = posix_spawnattr_t()
            posix_spawnattr_init(&attributes)
            defer { posix_spawnattr_destroy(&attributes) }
            var none = sigset_t()
            sigemptyset(&none)
            posix_spawnattr_setsigmask(&attributes, &none)
            posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
            // The shell waits for a line or the end of its input, which is the end of this process at the latest.
            let script = "cd \"$0\" && \"$@\" & read -r line; kill $!; wait $!; rm -rf \"$0\""
            var words = (["/bin/sh", "-c", script, directory, program] + arguments).map { strdup($0) } + [nil]
            defer { for word in words { free(word) } }
            var child = pid_t()
            let failed = posix_spawn(&child, "/bin/sh", &actions, &attributes, &words, environ)
            guard failed == 0 else {
                close(ends[1])
                throw TestError(message: "no shell")
            }
            shell = child
        }

        /// Ends the program, and returns when it has ended.
        deinit {
            close(input)
            var status: Int32 = 0
            waitpid(shell, &status, 0)
        }
    }
#endif
