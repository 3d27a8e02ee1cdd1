import SMTP
public import SamotopCore

/// A line of an allow or deny list.
public enum SenderListEntry: Sendable, Hashable {
    /// `ann@example.org`
    case address(Correspondent)
    /// `*@example.org`, `info-??@*`
    case addresses(Glob)
    /// `example.org` and the names below it
    case domain(Correspondent)
    /// `mail-*.example.org`: the whole name has to match
    case domains(Glob)
    /// `192.0.2.0/24`, `2001:db8::1`
    case network(IPNetwork)
    /// `helo:mail.example.org`, `helo:*.dyn.example`
    case hello(Glob)

    /// Reads a line without its comment; nil when it is none of these.
    public init?(_ line: String) {
        let text = Array(line.utf8).trimmed()
        let mark = Array("helo:".utf8)
        if text.count > mark.count, text.prefix(mark.count).map(\.foldedASCII) == mark {
            guard let glob = Glob(String(decoding: text.dropFirst(mark.count).trimmed(), as: UTF8.self)) else {
                return nil
            }
            self = .hello(glob)
        } else if let block = IPNetwork(String(decoding: text, as: UTF8.self)) {
            self = .network(block)
        } else if text.contains(where: { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") }), Self.isPlain(text) {
            guard let glob = Glob(String(decoding: text, as: UTF8.self)) else { return nil }
            self = text.contains(UInt8(ascii: "@")) ? .addresses(glob) : .domains(glob)
        } else if let correspondent = Correspondent(reading: Array(text)), correspondent.kind != .list {
            self = correspondent.kind == .address ? .address(correspondent) : .domain(correspondent)
        } else {
            return nil
        }
    }

    /// As it is read.
    public var text: String {
        switch self {
        case .address(let correspondent), .domain(let correspondent): correspondent.text
        case .addresses(let glob), .domains(let glob): glob.text
        case .network(let block): block.description
        case .hello(let glob): "helo:" + glob.text
        }
    }

    private static func isPlain(_ text: ArraySlice<UInt8>) -> Bool { !text.contains { $0 <= 0x20 || $0 == 0x7F } }
}
