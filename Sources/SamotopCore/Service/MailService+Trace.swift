import InternetMessage
public import SMTP

extension MailService {
    /// Forged fields that would be taken for ours are removed on entry (RFC 5321 §4.4, RFC 8601 §5).
    static func sieve(
        _ name: DomainName, _ limits: SessionLimits, removing names: Set<HeaderFieldName> = []
    ) -> HeaderSieve {
        HeaderSieve(
            rule: HeaderSieve.Rule(names: names.union([.returnPath]), authservIDs: [name.bytes]),
            limits: HeaderLimits(maximumBytes: limits.headerSize, maximumFields: limits.headerFields))
    }

    /// Return-Path, the signers' fields, Authentication-Results and Received, in the order in which they stand on top of the message
    /// (RFC 5321 §4.4).
    func trace(_ envelope: Envelope, _ session: Session, _ signatures: [UInt8], _ now: Timestamp) -> [UInt8] {
        let isSubmission = session.role == .submission
        let isHidden = isSubmission && submission?.hidesClient ?? true
        let received = ReceivedField(
            from: isHidden
                ? nil
                : ReceivedField.Client(greeting: session.hello?.domain, address: session.client.literal),
            by: name,
            with: TransmissionType(
                greeting: session.hello.map { $0.verb.greeting } ?? .helo, isSecured: session.tls != nil,
                isAuthenticated: isSubmission && session.submitter != nil,
                isInternationalized: envelope.parameters.smtpUTF8),
            tls: isHidden
                ? nil
                : session.tls.map {
                    ReceivedField.TLS(version: Array($0.version.utf8), cipherSuite: $0.cipher.map { Array($0.utf8) })
                },
            id: Array(envelope.id.utf8),
            // RFC 5321 §7.2: with two recipients neither is told of the other, <Postmaster> included.
            recipients: !isHidden && envelope.recipients.count == 1
                ? envelope.recipients.compactMap { $0.path.mailbox } : [],
            date: InternetDate(secondsSince1970: now.seconds))
        return ReturnPathField(envelope.reversePath).bytes + signatures + results(session)
            + received.bytes(privacy: tracePrivacy)
    }

    /// The guards' evidence as an Authentication-Results field (RFC 8601 §2.2); nothing when there is none.
    private func results(_ session: Session) -> [UInt8] {
        guard !session.evidence.isEmpty, let authservID = AuthservID(name.bytes) else { return [] }
        let results = tracePrivacy.omitsClient ? session.evidence.compactMap(Self.withoutClient) : session.evidence
        return results.isEmpty ? [] : AuthenticationResults(authservID: authservID, results: results).bytes
    }

    /// The result without what it says of the client; nil when it is about nothing else.
    private static func withoutClient(_ result: AuthenticationResult) -> AuthenticationResult? {
        guard result.method != .iprev else { return nil }
        var result = result
        result.properties.removeAll { $0.type == .smtp && $0.name == .helo }
        // Words about the client's address stand there, too.
        if result.method == .spf { result.reason = nil }
        return result
    }
}

extension ForwardPath {
    var mailbox: Mailbox? {
        if case .mailbox(let mailbox) = self { mailbox } else { nil }
    }
}

extension CommandVerb {
    var greeting: TransmissionType.Greeting {
        switch self {
        case .lhlo: .lhlo
        case .ehlo: .ehlo
        default: .helo
        }
    }
}

extension ClientAddress {
    /// The address as an SMTP literal; nil when it isn't an IP address.
    public var literal: AddressLiteral? {
        switch self {
        case .ipv4(let bytes): bytes.count == 4 ? .ipv4(bytes[0], bytes[1], bytes[2], bytes[3]) : nil
        case .ipv6(let bytes): bytes.count == 16 ? .ipv6(bytes) : nil
        case .local: nil
        }
    }
}
