extension AuthenticationResults {
    /// Reads the body of the field (RFC 8601 §2.2), folded or not. Comments are passed over, results of unknown methods
    /// are kept, a semicolon too many is forgiven.
    public init(_ body: [UInt8]) throws(FieldSyntaxError) {
        var scanner = FieldScanner(body)
        let authservID = try Self.readAuthservID(&scanner)
        try scanner.skipCFWS()
        let version = try Self.readNumber(&scanner)
        try scanner.skipCFWS()
        var results: [AuthenticationResult] = []
        while !scanner.isAtEnd {
            try scanner.expect(UInt8(ascii: ";"))
            try scanner.skipCFWS()
            if scanner.isAtEnd || scanner.next == UInt8(ascii: ";") { continue }
            if let result = try Self.readResult(&scanner, isFirst: results.isEmpty) { results.append(result) }
        }
        self.init(authservID: authservID, version: version, results: results)
    }

    /// Reads `[CFWS] authserv-id` (RFC 8601 §2.5).
    static func readAuthservID(_ scanner: inout FieldScanner) throws(FieldSyntaxError) -> AuthservID {
        try scanner.skipCFWS()
        if let quoted = try scanner.quotedString() { return AuthservID(read: quoted) }
        guard let token = scanner.take(while: \.isTokenByte) else { throw scanner.unexpected }
        return AuthservID(read: scanner.copy(token))
    }

    /// - Returns: nil for `none` in the place of all results.
    private static func readResult(
        _ scanner: inout FieldScanner, isFirst: Bool
    ) throws(FieldSyntaxError) -> AuthenticationResult? {
        let method = try readKeyword(&scanner)
        try scanner.skipCFWS()
        if method == .none, isFirst, scanner.isAtEnd { return nil }
        var version: Int?
        if scanner.skip(UInt8(ascii: "/")) {
            try scanner.skipCFWS()
            guard let number = try readNumber(&scanner) else { throw scanner.unexpected }
            version = number
            try scanner.skipCFWS()
        }
        try scanner.expect(UInt8(ascii: "="))
        try scanner.skipCFWS()
        var result = AuthenticationResult(method: method, version: version, result: try readKeyword(&scanner))
        try scanner.skipCFWS()
        while let next = scanner.next, next != UInt8(ascii: ";") {
            let name = try readKeyword(&scanner)
            try scanner.skipCFWS()
            if scanner.skip(UInt8(ascii: "=")) {
                guard name == reasonName, result.reason == nil else { throw scanner.unexpected }
                result.reason = try readValue(&scanner)
            } else {
                try scanner.expect(UInt8(ascii: "."))
                try scanner.skipCFWS()
                let property = try readKeyword(&scanner)
                try scanner.skipCFWS()
                try scanner.expect(UInt8(ascii: "="))
                result.properties.append(.init(name, property, try readValue(&scanner)))
            }
            try scanner.skipCFWS()
        }
        return result
    }

    private static let reasonName = AuthenticationKeyword(known: "reason")

    private static func readKeyword(_ scanner: inout FieldScanner) throws(FieldSyntaxError) -> AuthenticationKeyword {
        guard let run = scanner.take(while: AuthenticationKeyword.accepts),
            let keyword = AuthenticationKeyword(scanner.copy(run))
        else {
            throw scanner.unexpected
        }
        return keyword
    }

    private static func readNumber(_ scanner: inout FieldScanner) throws(FieldSyntaxError) -> Int? {
        guard let digits = scanner.take(while: \.isDigit) else { return nil }
        guard digits.count <= 9 else { throw scanner.unexpected }
        return scanner.copy(digits).reduce(0) { $0 * 10 + Int($1 & 0x0F) }
    }

    /// A quoted-string, or bytes up to white space, semicolon or comment: base64, times and addresses come unquoted in
    /// practice. A quoted local-part keeps its address together; an empty value is forgiven.
    private static func readValue(_ scanner: inout FieldScanner) throws(FieldSyntaxError) -> [UInt8] {
        try scanner.skipCFWS()
        var value = try scanner.quotedString() ?? []
        if value.isEmpty || scanner.next == UInt8(ascii: "@") {
            let rest = scanner.take { byte in
                !byte.isFoldingWhiteSpace && !byte.isControl && byte != UInt8(ascii: ";") && byte != UInt8(ascii: "(")
                    && byte != UInt8(ascii: ")") && byte != .quote
            }
            if let rest { value += scanner.copy(rest) }
        }
        return value
    }
}
