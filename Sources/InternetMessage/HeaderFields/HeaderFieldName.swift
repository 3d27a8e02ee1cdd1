/// The name of a header field (RFC 5322 §2.2). Equality ignores ASCII case; the case written is kept.
public struct HeaderFieldName: Sendable {
    /// The bytes of the name as written, without the colon.
    public let bytes: [UInt8]

    /// - Returns: nil unless the bytes are 1 to 997 printable US-ASCII characters without a colon.
    public init?(_ bytes: [UInt8]) {
        guard (1...997).contains(bytes.count), bytes.allSatisfy(\.isFieldNameByte) else { return nil }
        self.bytes = bytes
    }

    init(known name: StaticString) {
        bytes = name.withUTF8Buffer { Array($0) }
    }

    /// Whether the name equals other bytes but for ASCII case.
    public func matches(_ other: some Collection<UInt8>) -> Bool {
        equalIgnoringASCIICase(bytes, other)
    }

    /// `From`
    public static let from = HeaderFieldName(known: "From")
    /// `Date`
    public static let date = HeaderFieldName(known: "Date")
    /// `Resent-Date`
    public static let resentDate = HeaderFieldName(known: "Resent-Date")
    /// `To`
    public static let to = HeaderFieldName(known: "To")
    /// `Cc`
    public static let cc = HeaderFieldName(known: "Cc")
    /// `Subject`
    public static let subject = HeaderFieldName(known: "Subject")
    /// `Message-ID`
    public static let messageID = HeaderFieldName(known: "Message-ID")
    /// `Received`
    public static let received = HeaderFieldName(known: "Received")
    /// `List-Id` (RFC 2919)
    public static let listID = HeaderFieldName(known: "List-Id")
    /// `Return-Path`
    public static let returnPath = HeaderFieldName(known: "Return-Path")
    /// `Authentication-Results`
    public static let authenticationResults = HeaderFieldName(known: "Authentication-Results")
    /// `DKIM-Signature` (RFC 6376 §3.5)
    public static let dkimSignature = HeaderFieldName(known: "DKIM-Signature")
    /// `ARC-Authentication-Results` (RFC 8617 §4.1.1)
    public static let arcAuthenticationResults = HeaderFieldName(known: "ARC-Authentication-Results")
    /// `ARC-Message-Signature` (RFC 8617 §4.1.2)
    public static let arcMessageSignature = HeaderFieldName(known: "ARC-Message-Signature")
    /// `ARC-Seal` (RFC 8617 §4.1.3)
    public static let arcSeal = HeaderFieldName(known: "ARC-Seal")
}

extension HeaderFieldName: Hashable {
    /// Equal but for ASCII case (RFC 5322 §1.2.2).
    public static func == (a: HeaderFieldName, b: HeaderFieldName) -> Bool {
        a.matches(b.bytes)
    }

    /// Hashes the name in lower case.
    public func hash(into hasher: inout Hasher) {
        for byte in bytes { hasher.combine(byte.lowercasedASCII) }
    }
}
