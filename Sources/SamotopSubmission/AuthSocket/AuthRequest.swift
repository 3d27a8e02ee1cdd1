import SMTP
import SamotopCore

/// What a client of the socket says: a line of Dovecot's authentication protocol, words between tabs.
enum AuthRequest: Equatable {
    /// `VERSION major minor`
    case version(major: Int)
    /// `CPID number`: the client is ready.
    case ready
    /// `AUTH id mechanism words`
    case begin(id: UInt32, mechanism: String, Details)
    /// `CONT id response`
    case `continue`(id: UInt32, response: [UInt8])
    /// AUTH or CONT with a response that isn't base64: a client of the client's wrote that, and it fails alone.
    case garbled(id: UInt32)
    /// `CANCEL id`
    case cancel(id: UInt32)
    /// A command that isn't known: it is passed over, as the protocol wants.
    case unknown

    /// What goes with an AUTH.
    struct Details: Equatable {
        /// Who asks the client: `rip`, of the word's first occurrence.
        var address = ClientAddress.local
        /// The client's own connection is inside TLS, or on this machine: `secured`.
        var isSecured = false
        /// The initial response; nil: none was sent.
        var response: [UInt8]?
    }

    /// Nil: the line is malformed.
    init?(_ line: some Collection<UInt8>) {
        let words = line.split(separator: 0x09, omittingEmptySubsequences: false).map { Array($0) }
        func number(_ place: Int) -> UInt32? {
            guard place < words.count, (1...10).contains(words[place].count) else { return nil }
            return UInt32(String(decoding: words[place], as: UTF8.self))
        }
        switch String(decoding: words[0], as: UTF8.self) {
        case "VERSION":
            guard let major = number(1) else { return nil }
            self = .version(major: Int(major))
        case "CPID": self = .ready
        case "AUTH":
            guard let id = number(1), words.count > 2 else { return nil }
            guard let details = Details(words.dropFirst(3)) else {
                self = .garbled(id: id)
                return
            }
            self = .begin(id: id, mechanism: String(decoding: words[2], as: UTF8.self).uppercased(), details)
        case "CONT":
            guard let id = number(1), words.count == 3 else { return nil }
            guard let response = Base64Text.decode(words[2]) else {
                self = .garbled(id: id)
                return
            }
            self = .continue(id: id, response: response)
        case "CANCEL":
            guard let id = number(1) else { return nil }
            self = .cancel(id: id)
        default: self = .unknown
        }
    }
}

extension AuthRequest.Details {
    /// Nil: the response isn't base64.
    init?(_ words: some Collection<[UInt8]>) {
        self.init()
        for word in words {
            let name = word.prefix { $0 != UInt8(ascii: "=") }
            let value = word.dropFirst(name.count + 1)
            switch String(decoding: name, as: UTF8.self) {
            case "secured": isSecured = true
            case "rip":
                // A zone, as in fe80::1%eth0, says nothing of the network; what is no address is as good as none.
                let text = String(decoding: value.prefix { $0 != UInt8(ascii: "%") }, as: UTF8.self)
                guard let literal = ClientAddress(text: text) else { continue }
                address = literal
                isSecured = isSecured || literal.isLoopback
            case "resp":
                guard let octets = Base64Text.decode(value) else { return nil }
                response = octets
            default: break
            }
        }
    }
}

extension ClientAddress {
    /// On this machine.
    fileprivate var isLoopback: Bool {
        switch self {
        case .ipv4(let octets): octets.first == 127
        case .ipv6(let octets): octets.last == 1 && octets.dropLast().allSatisfy { $0 == 0 }
        case .local: false
        }
    }

    /// An address as people write it; nil: it is none.
    fileprivate init?(text: String) {
        if case .literal(.ipv4(let a, let b, let c, let d))? = Domain("[\(text)]") {
            self = .ipv4([a, b, c, d])
        } else if case .literal(.ipv6(let octets))? = Domain("[IPv6:\(text)]") {
            self = .ipv6(octets)
        } else {
            return nil
        }
    }
}
