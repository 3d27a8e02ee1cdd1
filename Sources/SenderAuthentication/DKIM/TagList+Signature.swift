import InternetMessage
import NameResolution

/// The values that DKIM-Signature, ARC-Message-Signature and ARC-Seal share (RFC 6376 §3.5).
extension TagList {
    private typealias Kind = DKIMSignature.Failure.Kind

    func required(_ name: StaticString) throws -> ArraySlice<UInt8> {
        guard let value = self[name] else { throw Kind.missingTag("\(name)") }
        return value
    }

    /// sig-a-tag-alg = sig-a-tag-k "-" sig-a-tag-h
    func algorithm() throws -> DKIMAlgorithm {
        guard let algorithm = DKIMAlgorithm(try required("a")) else { throw Kind.unknownAlgorithm }
        return algorithm
    }

    /// base64string, not empty
    func octets(_ name: StaticString) throws -> [UInt8] {
        guard let octets = Base64.decode(try required(name)), !octets.isEmpty else {
            throw Kind.invalidTag("\(name)")
        }
        return octets
    }

    /// domain-name = sub-domain 1*("." sub-domain)
    func domain() throws -> DNSName {
        guard let domain = Self.name(try required("d")), domain.labelCount > 1 else { throw Kind.invalidTag("d") }
        return domain
    }

    /// selector = sub-domain *( "." sub-domain )
    func selector() throws -> DNSName {
        guard let selector = Self.name(try required("s")) else { throw Kind.invalidTag("s") }
        return selector
    }

    /// Letters, digits, hyphens, underscores, and U-labels (RFC 8616 §4); never a dot at the end.
    private static func name(_ text: ArraySlice<UInt8>) -> DNSName? {
        guard text.last != UInt8(ascii: "."), let name = DNSName(internationalized: text), name.isHostName else {
            return nil
        }
        return name
    }

    /// 1*12DIGIT
    func time(_ name: StaticString) throws -> Int64? {
        guard let digits = self[name] else { return nil }
        guard (1...12).contains(digits.count), digits.allSatisfy(\.isDigit) else { throw Kind.invalidTag("\(name)") }
        return digits.reduce(0) { $0 * 10 + Int64($1 & 0x0F) }
    }

    /// 1*76DIGIT; what no body can have is the most that an integer can say.
    func bodyLength() throws -> Int? {
        guard let digits = self["l"] else { return nil }
        guard (1...76).contains(digits.count), digits.allSatisfy(\.isDigit) else { throw Kind.invalidTag("l") }
        return digits.reduce(0) { length, digit in
            let (tenfold, overflows) = length.multipliedReportingOverflow(by: 10)
            let (next, overflowsAgain) = tenfold.addingReportingOverflow(Int(digit & 0x0F))
            return overflows || overflowsAgain || length == Int.max ? Int.max : next
        }
    }

    /// sig-c-tag-alg ["/" sig-c-tag-alg]; the default is simple for both, and for the body where only one is given.
    func canonicalizations() throws -> (header: Canonicalization, body: Canonicalization) {
        guard let value = self["c"] else { return (.simple, .simple) }
        let slash = value.firstIndex(of: UInt8(ascii: "/"))
        let header = Canonicalization(value[..<(slash ?? value.endIndex)])
        let body = slash.map { Canonicalization(value[($0 + 1)...]) } ?? .simple
        guard let header, let body else { throw Kind.invalidTag("c") }
        return (header, body)
    }

    /// sig-q-tag-method *([FWS] ":" [FWS] sig-q-tag-method); unknown methods are ignored, dns/txt has to be there.
    func checkQueryMethods() throws {
        guard let methods = self["q"] else { return }
        guard methods.colonSeparated.contains(where: { $0.isWord("dns/txt") }) else { throw Kind.unknownQueryMethod }
    }

    /// [ Local-part ] "@" domain-name, in dkim-quoted-printable
    func identity(below domain: DNSName) throws -> (identity: [UInt8]?, domain: DNSName) {
        guard let value = self["i"] else { return (nil, domain) }
        guard let identity = Self.quotedPrintable(value), !identity.contains(where: \.isControl),
            let at = identity.lastIndex(of: UInt8(ascii: "@")), let own = Self.name(identity[(at + 1)...])
        else { throw Kind.invalidTag("i") }
        guard own.isEqualOrBelow(domain) else { throw Kind.foreignIdentity }
        return (identity, own)
    }

    /// RFC 6376 §2.11:
    ///
    ///     dkim-quoted-printable = *(FWS / hex-octet / dkim-safe-char)
    ///     hex-octet             = "=" 2HEXDIG
    ///
    /// Folds are no part of the value; a space inside a quoted local-part is kept, as signers write it so.
    private static func quotedPrintable(_ value: ArraySlice<UInt8>) -> [UInt8]? {
        var octets: [UInt8] = []
        var index = value.startIndex
        while index < value.endIndex {
            let byte = value[index]
            index += 1
            if byte == .carriageReturn || byte == .lineFeed { continue }
            guard byte == UInt8(ascii: "=") else {
                octets.append(byte)
                continue
            }
            guard index + 1 < value.endIndex, let high = hexadecimal(value[index]),
                let low = hexadecimal(value[index + 1])
            else { return nil }
            octets.append(high << 4 | low)
            index += 2
        }
        return octets
    }

    private static func hexadecimal(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 0x30...0x39: digit - 0x30
        case 0x41...0x46: digit - 0x41 + 10
        default: nil
        }
    }
}
