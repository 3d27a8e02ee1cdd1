public import SMTP

/// A `Received` field as some server wrote it (RFC 5321 §4.4, RFC 5322 §3.6.7), read leniently: most of them are not
/// by the grammar.
public struct Received: Hashable, Sendable {
    /// A keyword and what follows it.
    public struct Clause: Hashable, Sendable {
        /// The keyword in lower case: `from`, `by`, `via`, `with`, `id`, `for`, `tls`; empty for what comes before any.
        public let name: [UInt8]
        /// The words, as written.
        public fileprivate(set) var words: [[UInt8]] = []
        /// The content of the comments after the keyword.
        public fileprivate(set) var comments: [[UInt8]] = []
    }

    /// The clauses in order.
    public let clauses: [Clause]
    /// The date-time after the last semicolon. Nil: none, or none that can be read.
    public let date: InternetDate?

    /// Reads the body of the field. Nothing is refused: what cannot be read is missing.
    public init(_ body: [UInt8]) {
        var scanner = FieldScanner(body)
        var clauses = [Clause(name: [])]
        var dateStart: Int?
        while true {
            if (try? scanner.skipCFWS()) == nil { break }
            clauses[clauses.count - 1].comments += scanner.takeComments()
            guard let next = scanner.next else { break }
            if next == UInt8(ascii: ";") {
                scanner.advance()
                dateStart = scanner.position
                continue
            }
            let word = Self.readWord(&scanner)
            let lower = word.map(\.lowercasedASCII)
            if dateStart == nil, Self.keywords.contains(lower), !Self.awaitsName(clauses[clauses.count - 1]) {
                clauses.append(Clause(name: lower))
            } else if dateStart == nil {
                clauses[clauses.count - 1].words.append(word)
            }
        }
        self.clauses = clauses.filter { !($0.name.isEmpty && $0.words.isEmpty && $0.comments.isEmpty) }
        date = dateStart.flatMap { InternetDate(Array(body[$0...])) }
    }

    /// The first word of the from clause: what the client said of itself.
    public var from: [UInt8]? { word("from") }
    /// The first word of the by clause: the server's name.
    public var by: [UInt8]? { word("by") }
    /// The first word of the via clause.
    public var via: [UInt8]? { word("via") }
    /// The first word of the with clause.
    public var with: [UInt8]? { word("with") }
    /// The first word of the id clause, without brackets.
    public var id: [UInt8]? { word("id").map(Self.withoutBrackets) }
    /// The first word of the for clause, without brackets.
    public var recipient: [UInt8]? { word("for").map(Self.withoutBrackets) }
    /// The cipher suite of the tls clause (RFC 8314 §4.3).
    public var tlsCipher: [UInt8]? { word("tls") }

    /// The first IP address in square brackets after the name in the from clause: the client's address as the server saw
    /// it (RFC 5321 §4.4 TCP-info; the `IPv6:` tag may be missing). Nil: none.
    public var clientAddress: AddressLiteral? {
        guard let clause = clauses.first(where: { $0.name == Array("from".utf8) }) else { return nil }
        for text in clause.words.dropFirst() + clause.comments {
            for part in text.split(separator: UInt8(ascii: "[")).dropFirst(text.first == UInt8(ascii: "[") ? 0 : 1) {
                guard let close = part.firstIndex(of: UInt8(ascii: "]")) else { continue }
                if let address = Self.address(part[..<close]) { return address }
            }
        }
        return nil
    }

    private static func address(_ text: ArraySlice<UInt8>) -> AddressLiteral? {
        for tag in ["", "IPv6:"] {
            guard case .literal(let literal)? = Domain(Array("[\(tag)".utf8) + text + [UInt8(ascii: "]")]) else {
                continue
            }
            switch literal {
            case .ipv4, .ipv6: return literal
            case .general: continue
            }
        }
        return nil
    }

    private static let keywords: Set<[UInt8]> = Set(
        ["from", "by", "via", "with", "id", "for", "tls"].map { Array($0.utf8) })

    /// What stands right after `from` is what the client said of itself, even when it said `by`: it shall not hide its
    /// address so.
    private static func awaitsName(_ clause: Clause) -> Bool {
        clause.words.isEmpty && clause.comments.isEmpty && clause.name == Array("from".utf8)
    }

    private func word(_ name: StaticString) -> [UInt8]? {
        let name = name.withUTF8Buffer { Array($0) }
        return clauses.first { $0.name == name && !$0.words.isEmpty }?.words.first
    }

    private static func readWord(_ scanner: inout FieldScanner) -> [UInt8] {
        let start = scanner.position
        if scanner.next == .quote, (try? scanner.quotedString()) != nil {
            return scanner.copy(start..<scanner.position)
        }
        if scanner.isAtEnd { return scanner.copy(start..<scanner.position) }
        scanner.advance()
        _ = scanner.take { !$0.isFoldingWhiteSpace && $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: "(") }
        return scanner.copy(start..<scanner.position)
    }

    private static func withoutBrackets(_ word: [UInt8]) -> [UInt8] {
        guard word.count >= 2, word.first == UInt8(ascii: "<"), word.last == UInt8(ascii: ">") else { return word }
        return Array(word.dropFirst().dropLast())
    }
}
