// How many command lines a second the grammar reads on one core. Build with `-c release`.

import SMTP

/// Parses `line` for about two seconds and prints lines a second.
func measure(_ name: String, _ line: String) throws {
    let bytes = [UInt8](line.utf8)
    let clock = ContinuousClock()
    let batch = 100_000
    var lines = 0
    var octets = 0
    let start = clock.now
    while clock.now - start < .seconds(2) {
        for _ in 0..<batch {
            octets &+= length(try Command.parse(bytes.span))
        }
        lines += batch
    }
    let elapsed = clock.now - start
    let seconds =
        Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1_000_000_000_000_000_000
    print("\(name): \(Int(Double(lines) / seconds)) lines a second (\(octets / lines))")
}

/// Something of the command, so that no part of the work is left out.
@inline(never)
func length(_ command: Command) -> Int {
    switch command {
    case .mail(.mailbox(let mailbox), let parameters): mailbox.localPart.content.count + Int(parameters.size ?? 0)
    case .rcpt(.mailbox(let mailbox), _): mailbox.localPart.content.count
    default: 1
    }
}

try measure("MAIL", "MAIL FROM:<ann@client.example> SIZE=1234")
try measure("RCPT", "RCPT TO:<bob@example.org>")
try measure("EHLO", "EHLO client.example")
try measure("DATA", "DATA")
try measure("NOOP", "NOOP")
