/// The `Authentication-Results` field of RFC 8601: what one ADMD says of a message.
public struct AuthenticationResults: Hashable, Sendable {
    /// Who says it.
    public var authservID: AuthservID
    /// The version of the field's syntax; nil is version 1.
    public var version: Int?
    /// The results in order; empty is written `none`.
    public var results: [AuthenticationResult]

    /// Results to write.
    public init(authservID: AuthservID, version: Int? = nil, results: [AuthenticationResult]) {
        self.authservID = authservID
        self.version = version
        self.results = results
    }

    /// The field with its line end, folded before each result and at 78 columns where its words allow.
    ///
    /// What was taken from the message or the DNS is quoted unless it is a plain token or address, so that no value can
    /// end its result, open a comment or a line (RFC 8601 §7.10). A control character becomes `?`; a value is cut at
    /// 300 bytes.
    public var bytes: [UInt8] {
        var folder = FieldFolder(name: .authenticationResults)
        write(to: &folder)
        return folder.finish()
    }

    /// The body of the field.
    func write(to folder: inout FieldFolder) {
        folder.add(AuthenticationValue.quoted(authservID.bytes))
        if let version { folder.add(AuthenticationValue.number(version)) }
        folder.attach(UInt8(ascii: ";"))
        if results.isEmpty { folder.add("none") }
        for (index, result) in results.enumerated() {
            if index > 0 { folder.attach(UInt8(ascii: ";")) }
            Self.add(result, to: &folder)
        }
    }

    private static func add(_ result: AuthenticationResult, to folder: inout FieldFolder) {
        var method = result.method.bytes
        if let version = result.version { method += [UInt8(ascii: "/")] + AuthenticationValue.number(version) }
        folder.add(method + [UInt8(ascii: "=")] + result.result.bytes, onNewLine: true)
        if let reason = result.reason {
            folder.add(Array("reason=".utf8) + AuthenticationValue.quoted(reason))
        }
        for property in result.properties {
            let name = property.type.bytes + [UInt8(ascii: ".")] + property.name.bytes + [UInt8(ascii: "=")]
            folder.add(name + AuthenticationValue.propertyValue(property.value))
        }
    }
}
