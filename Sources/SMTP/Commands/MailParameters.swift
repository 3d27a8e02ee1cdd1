/// The parameters of MAIL, `Mail-parameters` of RFC 5321 §4.1.2. None is given more than once.
public struct MailParameters: Sendable, Hashable {
    /// SIZE: how many octets the message will have, as the client believes (RFC 1870 §3).
    public var size: UInt64?
    /// BODY (RFC 6152 §2, RFC 3030 §3).
    public var body: BodyType?
    /// SMTPUTF8: the envelope or the message is internationalised (RFC 6531 §3.4).
    public var smtpUTF8 = false
    /// REQUIRETLS: rather bounce than send without verified TLS (RFC 8689 §2).
    public var requireTLS = false
    /// RET (RFC 3461 §4.3).
    public var ret: ReturnContent?
    /// ENVID, decoded from xtext: printable ASCII and space (RFC 3461 §4.4).
    public var envelopeID: [UInt8]?
    /// AUTH: the mailbox that submitted the message, or `<>` for "not known" (RFC 4954 §5).
    public var auth: ReversePath?
    /// HOLDFOR or HOLDUNTIL (RFC 4865 §3).
    public var release: FutureRelease?
    /// BY (RFC 2852 §4).
    public var deliverBy: DeliverBy?
    /// MT-PRIORITY: −9 to 9, the most urgent last; 0 is what everything without it has (RFC 6710 §3).
    public var priority: Int8?

    /// No parameters.
    public init() {}

    /// The extensions that these parameters belong to: a server that did not offer one of them answers 555.
    public var used: Extensions {
        var used: Extensions = []
        if size != nil { used.insert(.size) }
        switch body {
        case nil: break
        case .sevenBit, .eightBitMIME: used.insert(.eightBitMIME)
        case .binaryMIME: used.insert(.binaryMIME)
        }
        if smtpUTF8 { used.insert(.smtpUTF8) }
        if requireTLS { used.insert(.requireTLS) }
        if ret != nil || envelopeID != nil { used.insert(.dsn) }
        if auth != nil { used.insert(.auth) }
        if release != nil { used.insert(.futureRelease) }
        if deliverBy != nil { used.insert(.deliverBy) }
        if priority != nil { used.insert(.priority) }
        return used
    }
}

extension MailParameters: CustomStringConvertible {
    /// The bits of the extensions used, never a value.
    public var description: String { "MailParameters(\(used.rawValue))" }
}
