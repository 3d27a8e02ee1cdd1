public import SMTP

/// A `Received` field to put on top of a message (RFC 5321 §4.4), built from the facts of the session.
///
/// What the peer or the DNS said is written only in the form of a name, an address or an atom, else it is left out or
/// `unknown` stands in its place: nothing of it can end the clause, the comment or the field.
///
///     Received: from client.example (mail.client.example [192.0.2.1])
///      by mx.example.org with ESMTPS id 4X7f2k for <bob@example.org>
///      tls TLS_AES_256_GCM_SHA384 (TLS1.3);
///      Tue, 1 Jul 2003 10:52:37 +0200
public struct ReceivedField: Sendable {
    /// Who sent the message.
    public struct Client: Hashable, Sendable {
        /// What the client said in HELO, EHLO or LHLO. Nil: nothing that is a domain or an address literal.
        public var greeting: Hello?
        /// Its IP address. Nil: not an IP connection.
        public var address: AddressLiteral?
        /// The host name that was verified for the address (iprev, RFC 8601 §3). Nil: none, or none that is a name.
        public var hostName: DomainName?

        /// A client as the session knows it.
        public init(greeting: Hello?, address: AddressLiteral?, hostName: DomainName? = nil) {
            self.greeting = greeting
            self.address = address
            self.hostName = hostName
        }
    }

    /// The TLS the message came under.
    public struct TLS: Hashable, Sendable {
        /// `TLS1.3`
        public var version: [UInt8]
        /// The IANA name of the cipher suite, `TLS_AES_256_GCM_SHA384`. Nil: not known.
        public var cipherSuite: [UInt8]?

        /// A version and a cipher suite.
        public init(version: [UInt8], cipherSuite: [UInt8]?) {
            self.version = version
            self.cipherSuite = cipherSuite
        }
    }

    /// Who sent the message. Nil: nothing is said of it, not even that it is unknown.
    public var client: Client?
    /// Our host name.
    public var by: DomainName
    /// The WITH protocol.
    public var with: TransmissionType
    /// The TLS in use, if any.
    public var tls: TLS?
    /// Our id of the message: an atom, or dot-atoms.
    public var id: [UInt8]
    /// The recipient, only when the envelope has exactly one (RFC 5321 §7.2: others would be disclosed).
    public var recipient: Mailbox?
    /// When the message came.
    public var date: InternetDate

    /// A trace of one reception.
    ///
    /// - Parameter recipients: the mailboxes of the envelope; the field names one only when there is just one.
    public init(
        from client: Client?, by: DomainName, with: TransmissionType, tls: TLS?, id: [UInt8], recipients: [Mailbox],
        date: InternetDate
    ) {
        self.client = client
        self.by = by
        self.with = with
        self.tls = tls
        self.id = id
        recipient = recipients.count == 1 ? recipients.first : nil
        self.date = date
    }

    /// The field, folded at 78 columns where its words allow, with its line end.
    public func bytes(privacy: TracePrivacy = .none) -> [UInt8] {
        var folder = FieldFolder(name: .received)
        if let client {
            folder.add("from")
            folder.add(privacy.omitsClient ? Self.unknown : checked(client.greeting?.bytes))
            if !privacy.omitsClient { addTCPInfo(client, to: &folder) }
        }
        folder.add(Self.clause("by", by.bytes), onNewLine: client != nil)
        folder.add(Self.clause("with", with.keyword))
        if Self.isDotAtom(id, limit: 200) {
            folder.add(Self.clause("id", id))
        }
        if !privacy.omitsRecipient, let recipient, recipient.bytes.count <= 500 {
            let mailbox = recipient.bytes.filter { !$0.isControl }
            folder.add(Self.clause("for", [UInt8(ascii: "<")] + mailbox + [UInt8(ascii: ">")]))
        }
        if let tls { Self.add(tls, to: &folder) }
        folder.attach(UInt8(ascii: ";"))
        folder.add(date.told(privacy.time).bytes, onNewLine: true)
        return folder.finish()
    }

    // RFC 5321 §4.4 TCP-info
    private func addTCPInfo(_ client: Client, to folder: inout FieldFolder) {
        guard let address = client.address else { return }
        folder.add([UInt8(ascii: "(")] + checked(client.hostName?.bytes))
        folder.add(checked(address.bytes) + [UInt8(ascii: ")")])
    }

    // RFC 8314 §4.3: the tls clause is an additional registered clause, so it stands after for
    private static func add(_ tls: TLS, to folder: inout FieldFolder) {
        if let suite = tls.cipherSuite, isDotAtom(suite, limit: 100) {
            folder.add(clause("tls", suite))
        }
        if isDotAtom(tls.version, limit: 20) {
            folder.add([UInt8(ascii: "(")] + tls.version + [UInt8(ascii: ")")])
        }
    }

    /// A keyword and its value, not to be parted by a fold.
    private static func clause(_ keyword: StaticString, _ value: [UInt8]) -> [UInt8] {
        keyword.withUTF8Buffer { Array($0) } + [.space] + value
    }

    private static let unknown = Array("unknown".utf8)

    /// The types above admit only such bytes; a literal built by hand might not. Without SMTPUTF8 a field is ASCII
    /// (RFC 6531 §3.7.3).
    private func checked(_ bytes: [UInt8]?) -> [UInt8] {
        guard let bytes, (1...255).contains(bytes.count) else { return Self.unknown }
        let isHarmless = bytes.allSatisfy { byte in
            if byte >= 0x80 { return with.isInternationalized }
            return byte.isTokenByte || byte == UInt8(ascii: ":") || byte == UInt8(ascii: "[")
                || byte == UInt8(ascii: "]")
        }
        return isHarmless ? bytes : Self.unknown
    }

    private static func isDotAtom(_ text: [UInt8], limit: Int) -> Bool {
        guard text.count <= limit else { return false }
        var scanner = FieldScanner(text)
        return scanner.dotAtom() != nil && scanner.isAtEnd && text.allSatisfy { $0 < 0x80 }
    }
}
