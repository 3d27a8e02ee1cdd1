/// The one message of PLAIN (RFC 4616 §2): `[authzid] NUL authcid NUL passwd`.
public struct PlainMessage: Sendable {
    /// Octets of a name.
    public static let longestName = 320

    /// Whom the client wants to act as; empty: itself.
    public let authorizing: String
    /// Who the client is.
    public let name: String
    /// In the form of ``OpaqueString``.
    public let password: String

    /// Reads a message.
    public init(_ octets: [UInt8]) throws(SASLFailure) {
        let parts = octets.split(separator: 0, maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 3, let authorizing = String(validating: parts[0], as: UTF8.self),
            let name = String(validating: parts[1], as: UTF8.self), let password = OpaqueString.prepare(parts[2])
        else { throw .malformed }
        try self.init(authorizing: authorizing, name: name, password: password)
    }

    /// What LOGIN asks for in two questions.
    public init(name: [UInt8], password: [UInt8]) throws(SASLFailure) {
        guard let name = String(validating: name, as: UTF8.self), let password = OpaqueString.prepare(password) else {
            throw .malformed
        }
        try self.init(authorizing: "", name: name, password: password)
    }

    private init(authorizing: String, name: String, password: String) throws(SASLFailure) {
        guard Self.isName(name), authorizing.isEmpty || Self.isName(authorizing) else { throw .malformed }
        self.authorizing = authorizing
        self.name = name
        self.password = password
    }

    /// No control characters: nothing of it breaks a line anywhere.
    static func isName(_ name: String) -> Bool {
        (1...longestName).contains(name.utf8.count)
            && name.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    }
}

extension PlainMessage: CustomStringConvertible {
    /// Nothing of it.
    public var description: String { "PlainMessage" }
}
