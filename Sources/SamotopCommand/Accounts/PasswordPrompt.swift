#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Reads a password: from the terminal without showing it, or a line of standard input.
enum PasswordPrompt {
    static var isAsked: Bool { isatty(STDIN_FILENO) == 1 }

    /// Nil: there was none.
    static func read(_ prompt: String = "Password: ") -> String? {
        guard isAsked else { return readLine(strippingNewline: true) }
        var settings = termios()
        guard tcgetattr(STDIN_FILENO, &settings) == 0 else { return nil }
        var silent = settings
        silent.c_lflag &= ~tcflag_t(ECHO)
        StandardError().write(prompt)
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent)
        defer {
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings)
            StandardError().write("")
        }
        return readLine(strippingNewline: true)
    }
}
