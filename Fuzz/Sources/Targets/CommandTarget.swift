import SMTP

/// What parses is written as one line of printable characters, which parses as the same.
@Sendable func fuzzCommand(_ line: [UInt8]) {
    let verb = CommandVerb(of: line.span)
    let command: Command
    do {
        command = try Command.parse(line.span)
    } catch {
        require(error.verb == nil || error.verb == verb, "the error names another verb")
        return
    }
    require(command.verb == verb, "\(command) of a line with the verb \(String(describing: verb))")
    let bytes = command.bytes
    require(!bytes.contains { $0 < 0x20 || $0 == 0x7F }, "a control character in \(shown(bytes))")
    do {
        let again = try Command.parse(bytes.span)
        require(again == command, "\(shown(line)) was written as \(shown(bytes)), which is another command")
    } catch {
        require(false, "\(shown(line)) was written as \(shown(bytes)), which is \(error)")
    }
    require((try? command.encoded()) == bytes, "encoded() and bytes differ")
    usedExtensionsAreKnown(command)
}

private func usedExtensionsAreKnown(_ command: Command) {
    switch command {
    case .mail(let path, let parameters):
        require(path.bytes.count <= 256, "a reverse-path of \(path.bytes.count) octets")
        require(parameters.used.isSubset(of: .all), "an unknown extension")
    case .rcpt(let path, let parameters):
        require(path.bytes.count <= 256, "a forward-path of \(path.bytes.count) octets")
        require(parameters.used.isSubset(of: .all), "an unknown extension")
    default: break
    }
}
