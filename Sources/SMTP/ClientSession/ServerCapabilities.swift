/// What a server offers: its reply to EHLO or LHLO (RFC 5321 §4.1.1.1).
public struct ServerCapabilities: Sendable, Hashable {
    /// One line of the reply: a keyword and its parameters, as given.
    public struct Keyword: Sendable, Hashable {
        /// In the server's case of letters.
        public let name: [UInt8]
        /// Separated by spaces.
        public let parameters: [[UInt8]]

        /// Makes a keyword.
        public init(name: [UInt8], parameters: [[UInt8]] = []) {
            self.name = name
            self.parameters = parameters
        }
    }

    /// The limits of RFC 9422 §3; nil where the server names none.
    public struct Limits: Sendable, Hashable {
        /// MAILMAX: transactions in a session.
        public var transactions: Int?
        /// RCPTMAX: recipients in a transaction.
        public var recipients: Int?
        /// RCPTDOMAINMAX: domains of the recipients in a transaction.
        public var recipientDomains: Int?

        /// No limits.
        public init() {}
    }

    /// What the server calls itself: the first word of its reply.
    public let name: [UInt8]
    /// The extensions that this library knows, as far as they can be used: BINARYMIME only with CHUNKING (RFC 3030 §3).
    public let extensions: Extensions
    /// The most octets a message may have (RFC 1870 §4); nil when the server doesn't say.
    public let maximumSize: UInt64?
    /// The names of AUTH's mechanisms in capitals (RFC 4954 §3).
    public let mechanisms: [[UInt8]]
    /// LIMITS.
    public let limits: Limits
    /// Every line, known or not, in order.
    public let keywords: [Keyword]

    /// What a server offers that knows HELO only.
    public init() {
        self.init(name: [], keywords: [])
    }

    /// Reads the reply to EHLO or LHLO. A line that is no `ehlo-line` is read over.
    public init(_ reply: ServerReply) {
        let lines = reply.lines
        let name: ArraySlice<UInt8> = (lines.first ?? []).prefix { $0 != 0x20 }
        self.init(name: Array(name), keywords: lines.dropFirst().compactMap(Self.keyword))
    }

    private init(name: [UInt8], keywords: [Keyword]) {
        var extensions: Extensions = []
        var size: UInt64?
        var mechanisms: [[UInt8]] = []
        var limits = Limits()
        for keyword in keywords {
            guard let known = Self.known[keyword.name.map(\.uppercasedASCII)] else { continue }
            extensions.insert(known)
            switch known {
            case .size: size = keyword.parameters.first.flatMap(Self.number)
            case .auth:
                for mechanism in keyword.parameters.lazy.map({ $0.map(\.uppercasedASCII) })
                where !mechanisms.contains(mechanism) {
                    mechanisms.append(mechanism)
                }
            case .limits: limits.read(keyword.parameters)
            default: break
            }
        }
        if !extensions.contains(.chunking) { extensions.remove(.binaryMIME) }
        self.name = name
        self.keywords = keywords
        self.extensions = extensions
        // RFC 1870 §4: 0 means no fixed maximum.
        self.maximumSize = size == 0 ? nil : size
        self.mechanisms = mechanisms
        self.limits = limits
    }

    /// Whether AUTH offers a mechanism, by its name in capitals.
    public func offers(mechanism: String) -> Bool { mechanisms.contains(Array(mechanism.utf8)) }

    private static let known: [[UInt8]: Extensions] = [
        Array("PIPELINING".utf8): .pipelining, Array("8BITMIME".utf8): .eightBitMIME, Array("SIZE".utf8): .size,
        Array("SMTPUTF8".utf8): .smtpUTF8, Array("ENHANCEDSTATUSCODES".utf8): .enhancedStatusCodes,
        Array("CHUNKING".utf8): .chunking, Array("BINARYMIME".utf8): .binaryMIME, Array("DSN".utf8): .dsn,
        Array("STARTTLS".utf8): .startTLS, Array("REQUIRETLS".utf8): .requireTLS, Array("LIMITS".utf8): .limits,
        Array("HELP".utf8): .help, Array("AUTH".utf8): .auth, Array("FUTURERELEASE".utf8): .futureRelease,
        Array("DELIVERBY".utf8): .deliverBy, Array("MT-PRIORITY".utf8): .priority,
    ]

    /// `ehlo-line`, and `AUTH=LOGIN` as servers before RFC 2554 wrote it.
    private static func keyword(_ line: [UInt8]) -> Keyword? {
        var words = line.split { $0 == 0x20 || $0 == 0x09 }.map(Array.init)
        guard var name = words.first else { return nil }
        words.removeFirst()
        if let equals = name.firstIndex(of: 0x3D) {
            words.insert(Array(name[(equals + 1)...]), at: 0)
            name = Array(name[..<equals])
        }
        guard let first = name.first, first.isLetDig, name.allSatisfy({ $0.isLetDig || $0 == 0x2D }) else { return nil }
        return Keyword(name: name, parameters: words)
    }

    /// RFC 1870 §4: up to 20 digits. A larger number is as good as none.
    static func number(_ digits: [UInt8]) -> UInt64? {
        guard !digits.isEmpty, digits.count <= 20, digits.allSatisfy(\.isDIGIT) else { return nil }
        var value: UInt64 = 0
        for digit in digits {
            let (tens, tooBig) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflow) = tens.addingReportingOverflow(UInt64(digit - 0x30))
            guard !tooBig, !overflow else { return nil }
            value = sum
        }
        return value
    }
}

extension ServerCapabilities.Limits {
    /// `limit-name "=" limit-value`; others are read over (RFC 9422 §3).
    fileprivate mutating func read(_ parameters: [[UInt8]]) {
        for parameter in parameters {
            guard let equals = parameter.firstIndex(of: 0x3D),
                let number = ServerCapabilities.number(Array(parameter[(equals + 1)...])),
                let value = Int(exactly: number), value > 0
            else { continue }
            switch parameter[..<equals].map(\.uppercasedASCII) {
            case Array("MAILMAX".utf8): transactions = value
            case Array("RCPTMAX".utf8): recipients = value
            case Array("RCPTDOMAINMAX".utf8): recipientDomains = value
            default: break
            }
        }
    }
}

extension ServerCapabilities: CustomStringConvertible {
    /// The bits of the known extensions.
    public var description: String { "ServerCapabilities(\(extensions.rawValue))" }
}
