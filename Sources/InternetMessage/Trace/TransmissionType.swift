/// The WITH protocol of a Received field: the mail transmission types of RFC 3848 and RFC 6531 §4.3.
public struct TransmissionType: Hashable, Sendable {
    /// The protocol spoken, as its greeting tells.
    public enum Greeting: Hashable, Sendable {
        /// HELO: no extension can be in use.
        case helo
        /// EHLO
        case ehlo
        /// LHLO (RFC 2033)
        case lhlo
    }

    /// The greeting of the session.
    public var greeting: Greeting
    /// The session was under TLS when the message came.
    public var isSecured: Bool
    /// The client had authenticated itself (RFC 4954).
    public var isAuthenticated: Bool
    /// MAIL had the SMTPUTF8 parameter (RFC 6531).
    public var isInternationalized: Bool

    /// The facts the keyword tells.
    public init(
        greeting: Greeting, isSecured: Bool = false, isAuthenticated: Bool = false, isInternationalized: Bool = false
    ) {
        self.greeting = greeting
        self.isSecured = isSecured
        self.isAuthenticated = isAuthenticated
        self.isInternationalized = isInternationalized
    }

    /// `SMTP`, `ESMTP`, `ESMTPSA`, `UTF8SMTPS`, `LMTPA`, `UTF8LMTPSA`…
    public var keyword: [UInt8] {
        var word: [UInt8]
        switch (greeting, isInternationalized) {
        case (.helo, _): return Array("SMTP".utf8)
        case (.ehlo, false): word = Array("ESMTP".utf8)
        case (.ehlo, true): word = Array("UTF8SMTP".utf8)
        case (.lhlo, false): word = Array("LMTP".utf8)
        case (.lhlo, true): word = Array("UTF8LMTP".utf8)
        }
        if isSecured { word.append(UInt8(ascii: "S")) }
        if isAuthenticated { word.append(UInt8(ascii: "A")) }
        return word
    }
}
