import SamotopCore

/// `limits:`, how much of anything is taken.
struct LimitSettings: Sendable, Hashable {
    /// Octets of a message (RFC 1870).
    var messageSize = 50 << 20
    /// Recipients in one transaction (RFC 5321 §4.5.3.1.8).
    var recipients = 100
    /// Octets of a message's header section.
    var headerSize = 256 << 10
    /// Fields of a message's header section.
    var headerFields = 5000
    /// Received fields before a message counts as looping (RFC 5321 §6.3).
    var receivedHops = 50
    /// Refused commands before a session ends.
    var errors = 10
    /// NOOP, RSET, VRFY and other commands that bring no mail, before a session ends.
    var junkCommands = 100
    /// Sessions at the same time.
    var connections = 2000
    /// …from one address.
    var connectionsPerAddress = 50
    /// …from one /24 (IPv4) or /64 (IPv6).
    var connectionsPerNetwork = 200
    /// Octets of disk for accepted messages that wait for their mailboxes; three quarters of it may wait.
    var journal = 512 << 20
    /// Octets of content in memory, of all messages on their way in.
    var memory = 64 << 20
    /// Mailboxes' programs at the same time.
    var commands = 10
    /// How long each of them may take.
    var commandTimeLimit = Duration.seconds(60)
    /// Networks that the two limits above don't hold for, and for which a hundredth of all connections is kept free.
    var exemptNetworks: [IPNetwork] = []

    init() {}

    init(_ reader: SectionReader) {
        // RFC 5321 §4.5.3.1.7, §4.5.3.1.8: at least 64 KiB and 100 recipients must be taken.
        messageSize = reader.value("message-size", Quantity.size(in: 64 << 10...4 << 30)) ?? messageSize
        recipients = reader.value("recipients", Quantity.count(in: 100...10_000)) ?? recipients
        headerSize = reader.value("header-size", Quantity.size(in: 16 << 10...16 << 20)) ?? headerSize
        headerFields = reader.value("header-fields", Quantity.count(in: 100...1_000_000)) ?? headerFields
        receivedHops = reader.value("received-hops", Quantity.count(in: 10...1000)) ?? receivedHops
        errors = reader.value("errors", Quantity.count(in: 1...1000)) ?? errors
        junkCommands = reader.value("junk-commands", Quantity.count(in: 1...100_000)) ?? junkCommands
        connections = reader.value("connections", Quantity.count(in: 1...1_000_000)) ?? connections
        let each = Quantity.count(in: 1...1_000_000)
        connectionsPerAddress = reader.value("connections-per-address", each) ?? connectionsPerAddress
        connectionsPerNetwork = reader.value("connections-per-network", each) ?? connectionsPerNetwork
        journal = reader.value("journal", Quantity.size(in: 64 << 20...64 << 30)) ?? journal
        memory = reader.value("memory", Quantity.size(in: 1 << 20...64 << 30)) ?? memory
        commands = reader.value("commands", Quantity.count(in: 1...1000)) ?? commands
        commandTimeLimit =
            reader.value("command-time-limit", Quantity.duration(in: .seconds(1)...(.seconds(3_600))))
            ?? commandTimeLimit
        exemptNetworks = reader.list("exempt-networks", Network.parse) ?? exemptNetworks
        if headerSize > messageSize, reader.has("header-size") {
            reader.complain("header-size", "is more than message-size; make it smaller")
        }
        headerSize = min(headerSize, messageSize)
        reader.finish()
    }
}
