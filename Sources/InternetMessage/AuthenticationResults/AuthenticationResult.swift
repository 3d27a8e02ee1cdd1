/// One result of an authentication method: `resinfo` of RFC 8601 §2.2.
public struct AuthenticationResult: Hashable, Sendable {
    /// What was looked at: `ptype.property=value`, as in `smtp.mailfrom=example.org`.
    public struct Property: Hashable, Sendable {
        /// Where the value came from: `smtp`, `header`, `body`, `policy`…
        public var type: AuthenticationKeyword
        /// The name of the value.
        public var name: AuthenticationKeyword
        /// The value, without quotes. Any bytes: the builder quotes them.
        public var value: [UInt8]

        /// A property and its value.
        public init(_ type: AuthenticationKeyword, _ name: AuthenticationKeyword, _ value: [UInt8]) {
            self.type = type
            self.name = name
            self.value = value
        }
    }

    /// The method: `spf`, `dkim`…
    public var method: AuthenticationKeyword
    /// The version of the method; nil is version 1.
    public var version: Int?
    /// The result: `pass`, `fail`…
    public var result: AuthenticationKeyword
    /// Why, without quotes. Any bytes: the builder quotes them.
    public var reason: [UInt8]?
    /// The properties in order.
    public var properties: [Property]

    /// A result.
    public init(
        method: AuthenticationKeyword, version: Int? = nil, result: AuthenticationKeyword, reason: [UInt8]? = nil,
        properties: [Property] = []
    ) {
        self.method = method
        self.version = version
        self.result = result
        self.reason = reason
        self.properties = properties
    }

    /// The value of the first property of this name.
    public func value(_ type: AuthenticationKeyword, _ name: AuthenticationKeyword) -> [UInt8]? {
        properties.first { $0.type == type && $0.name == name }?.value
    }
}
