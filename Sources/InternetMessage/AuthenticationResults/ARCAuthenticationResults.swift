/// The `ARC-Authentication-Results` field (AAR, RFC 8617 §4.1.1): the results of one ADMD, kept in its ARC Set.
///
///     instance     = [CFWS] %s"i" [CFWS] "=" [CFWS] position
///     arc-info     = instance [CFWS] ";" authres-payload
///     position     = 1*2DIGIT                         ; 1 - 50
public struct ARCAuthenticationResults: Hashable, Sendable {
    /// The place of its set in the chain, from 1.
    public var instance: Int
    /// What the ADMD says.
    public var results: AuthenticationResults

    /// Results to write.
    public init(instance: Int, results: AuthenticationResults) {
        self.instance = instance
        self.results = results
    }

    /// Reads the body of the field, folded or not.
    public init(_ body: [UInt8]) throws(FieldSyntaxError) {
        var scanner = FieldScanner(body)
        instance = try Self.readInstance(&scanner)
        results = try AuthenticationResults(Array(body[scanner.position...]))
    }

    /// The instance that the body of such a field begins with; the results after it may be anything.
    public static func instance(of body: [UInt8]) throws(FieldSyntaxError) -> Int {
        var scanner = FieldScanner(body)
        return try readInstance(&scanner)
    }

    private static func readInstance(_ scanner: inout FieldScanner) throws(FieldSyntaxError) -> Int {
        try scanner.skipCFWS()
        try scanner.expect(UInt8(ascii: "i"))
        try scanner.skipCFWS()
        try scanner.expect(UInt8(ascii: "="))
        try scanner.skipCFWS()
        guard let digits = scanner.take(while: \.isDigit), digits.count <= 2 else { throw scanner.unexpected }
        try scanner.skipCFWS()
        try scanner.expect(UInt8(ascii: ";"))
        return scanner.copy(digits).reduce(0) { $0 * 10 + Int($1 & 0x0F) }
    }

    /// The field with its line end, written as ``AuthenticationResults/bytes`` is.
    public var bytes: [UInt8] {
        var folder = FieldFolder(name: .arcAuthenticationResults)
        folder.add(Array("i=".utf8) + AuthenticationValue.number(instance))
        folder.attach(UInt8(ascii: ";"))
        results.write(to: &folder)
        return folder.finish()
    }
}
