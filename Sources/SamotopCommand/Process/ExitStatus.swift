/// Exit codes, as sysexits.h names them.
enum ExitStatus {
    static let failure: Int32 = 1
    /// EX_USAGE: the arguments, or what they name, are not fit for the command.
    static let usage: Int32 = 64
    /// EX_TEMPFAIL: another samotop holds the state folder.
    static let temporary: Int32 = 75
    /// EX_CONFIG: the configuration, or what it names, isn't fit to serve with.
    static let configuration: Int32 = 78
}
