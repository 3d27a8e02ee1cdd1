public import NameResolution

/// The Received-SPF field of RFC 7208 §9.1. Unlike Authentication-Results it tells the client's address and the whole sender.
public struct ReceivedSPFField: Sendable, Hashable {
    /// What was found.
    public var result: SPFResult
    /// Words for people.
    public var comment: [UInt8]?
    /// `client-ip`
    public var clientAddress: IPAddress
    /// `envelope-from`: the sender that was checked.
    public var envelopeFrom: [UInt8]
    /// `helo`
    public var helo: [UInt8]
    /// `problem`: what was wrong.
    public var problem: [UInt8]?
    /// `mechanism`: what matched.
    public var mechanism: [UInt8]?
    /// `receiver`: who checked.
    public var receiver: [UInt8]
    /// `identity`: what was checked.
    public var identity: SPFIdentity

    /// A field of its parts. All may hold any bytes: the builder quotes them.
    public init(
        result: SPFResult, comment: [UInt8]? = nil, clientAddress: IPAddress, envelopeFrom: [UInt8], helo: [UInt8],
        problem: [UInt8]? = nil, mechanism: [UInt8]? = nil, receiver: [UInt8], identity: SPFIdentity
    ) {
        self.result = result
        self.comment = comment
        self.clientAddress = clientAddress
        self.envelopeFrom = envelopeFrom
        self.helo = helo
        self.problem = problem
        self.mechanism = mechanism
        self.receiver = receiver
        self.identity = identity
    }

    /// The field that tells a finding.
    public init(_ finding: SPFFinding, of question: SPFQuestion) {
        let isError = finding.result == .temperror || finding.result == .permerror
        self.init(
            result: finding.result, clientAddress: question.client,
            envelopeFrom: question.sender.localPart + [UInt8(ascii: "@")] + question.sender.domain, helo: question.helo,
            problem: isError ? Array(finding.reason.utf8) : nil,
            mechanism: (finding.mechanism ?? (finding.result == .neutral ? "default" : nil)).map { Array($0.utf8) },
            receiver: question.receiver.isEmpty ? Array("unknown".utf8) : question.receiver, identity: question.identity
        )
    }

    // header-field     = "Received-SPF:" [CFWS] result FWS [comment FWS]
    //                    [ key-value-list ] CRLF
    // key-value-list   = key-value-pair *( ";" [CFWS] key-value-pair )
    //                    [";"]
    /// The field with its line end, folded at 78 columns where its parts allow.
    public var bytes: [UInt8] {
        var words = [Array("Received-SPF:".utf8), Array(result.rawValue.utf8)]
        if let comment { words.append(Self.comment(comment)) }
        var pairs = [
            Self.pair("client-ip", Array(clientAddress.description.utf8)), Self.pair("envelope-from", envelopeFrom),
            Self.pair("helo", helo),
        ]
        if let problem { pairs.append(Self.pair("problem", problem)) }
        if let mechanism { pairs.append(Self.pair("mechanism", mechanism)) }
        pairs += [Self.pair("receiver", receiver), Self.pair("identity", Array(identity.rawValue.utf8))]
        words += pairs.dropLast().map { $0 + [UInt8(ascii: ";")] } + pairs.suffix(1)
        return Self.folded(words)
    }

    // key-value-pair   = key [CFWS] "=" ( dot-atom / quoted-string )
    private static func pair(_ key: String, _ value: [UInt8]) -> [UInt8] {
        Array(key.utf8) + [UInt8(ascii: "=")] + (isDotAtom(value) ? value : quoted(value, UInt8(ascii: "\"")))
    }

    // RFC 5322 §3.2.3
    private static func isDotAtom(_ value: [UInt8]) -> Bool {
        value.count <= maximumValue
            && value.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { atom in
                !atom.isEmpty && atom.allSatisfy { $0.spfIsAlphanum || symbols.contains($0) }
            }
    }

    private static let symbols = Array("!#$%&'*+-/=?^_`{|}~".utf8)

    /// Octets of a value at most; the rest is cut off, so that no line gets too long (RFC 5322 §2.1.1).
    private static let maximumValue = 300

    private static func comment(_ text: [UInt8]) -> [UInt8] {
        quoted(text, UInt8(ascii: "("), UInt8(ascii: ")"))
    }

    /// What isn't printable ASCII becomes `?`.
    private static func quoted(_ text: [UInt8], _ open: UInt8, _ close: UInt8? = nil) -> [UInt8] {
        let close = close ?? open
        let inside = text.prefix(maximumValue).flatMap { byte -> [UInt8] in
            switch byte {
            case open, close, UInt8(ascii: "\\"): [UInt8(ascii: "\\"), byte]
            case 0x20...0x7E: [byte]
            default: [UInt8(ascii: "?")]
            }
        }
        return [open] + inside + [close]
    }

    private static func folded(_ words: [[UInt8]]) -> [UInt8] {
        let width = 78
        var line: [UInt8] = []
        var lines: [UInt8] = []
        for word in words {
            if !line.isEmpty, line.count + 1 + word.count > width {
                lines += line + Array("\r\n".utf8)
                line = []
            }
            // No line but the first is without a space at its start.
            if !line.isEmpty || !lines.isEmpty { line.append(UInt8(ascii: " ")) }
            line += word
        }
        return lines + line + Array("\r\n".utf8)
    }
}
