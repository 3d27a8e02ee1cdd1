import Logging

/// `log:`, what is written to standard error.
struct LogSettings: Sendable, Hashable {
    enum Format: String, CaseIterable { case text, json }
    enum Addresses: String, CaseIterable { case hidden, shown }
    enum Level: String, CaseIterable {
        case debug, info, notice, warning, error

        var logger: Logger.Level { Logger.Level(rawValue: rawValue) ?? .info }
    }

    var level = Level.info
    var format = Format.text
    /// Mail and network addresses stay out of the log unless the operator turns them on.
    var addresses = Addresses.hidden

    init() {}

    init(_ reader: SectionReader) {
        level = reader.value("level", Choice.of(Level.self)) ?? level
        format = reader.value("format", Choice.of(Format.self)) ?? format
        addresses = reader.value("addresses", Choice.of(Addresses.self)) ?? addresses
        reader.finish()
    }
}
