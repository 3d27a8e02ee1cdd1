public import InternetMessage
public import NameResolution

/// Signs messages (RFC 6376 §5).
///
///     let signer = DKIMSigner(key: key, domain: domain, selector: selector)
///     var reader = SignedMessageReader(bodyHashes: [signer.bodyHash])
///     for slice in slices { reader.push(slice) }
///     let field = try signer.sign(reader.finish(), now: now)  // goes on top of the message
public struct DKIMSigner: Sendable {
    /// Why a message isn't signed.
    public enum Failure: Error, Sendable, Hashable {
        /// The header is larger than its limits.
        case headerTooLarge
        /// The header reads differently to different readers (RFC 6376 §5.3).
        case malformedHeader
        /// There isn't exactly one From field (RFC 5322 §3.6, RFC 6376 §5.4).
        case noSingleFrom
        /// The reader of the message wasn't told ``DKIMSigner/bodyHash``.
        case noBodyHash
        /// The domain, the selector, the identity or a time can't be written.
        case invalidTag
        /// The key can't sign.
        case key(DKIMPrivateKey.Failure)
    }

    /// The key.
    public var key: DKIMPrivateKey
    /// `d=`
    public var domain: DNSName
    /// `s=`
    public var selector: DNSName
    /// `i=`: an address or `@` and a domain, in or below ``domain``. Nil: it is left out.
    public var identity: [UInt8]?
    /// `c=`
    public var headerCanonicalization = Canonicalization.relaxed
    /// `c=`
    public var bodyCanonicalization = Canonicalization.relaxed
    /// Fields that are signed, and named once more than they occur, so that none can be added (RFC 6376 §8.15).
    public var overSignedNames: [HeaderFieldName] = DKIMSigner.usualOverSignedNames
    /// Fields that are signed as often as they occur.
    public var signedNames: [HeaderFieldName] = DKIMSigner.usualSignedNames
    /// Seconds after which the signature no longer counts (`x=`). Nil: it counts for ever.
    public var lifetime: Int64?

    /// A signer; its other properties may be changed before it is used.
    public init(key: DKIMPrivateKey, domain: DNSName, selector: DNSName) {
        self.key = key
        self.domain = domain
        self.selector = selector
    }

    /// Who wrote to whom, what about and when, and how the body is to be read.
    public static let usualOverSignedNames: [HeaderFieldName] = names([
        "From", "To", "Cc", "Subject", "Date", "Reply-To", "Message-ID", "MIME-Version", "Content-Type",
        "Content-Transfer-Encoding", "Content-Disposition",
    ])
    /// What a message answers.
    public static let usualSignedNames: [HeaderFieldName] = names(["In-Reply-To", "References"])

    /// What 12 digits can say (RFC 6376 §3.5).
    static let times: ClosedRange<Int64> = 0...999_999_999_999

    private static func names(_ names: [String]) -> [HeaderFieldName] {
        names.compactMap { HeaderFieldName(Array($0.utf8)) }
    }

    /// The hash that the message's reader has to make.
    public var bodyHash: BodyHash { BodyHash(bodyCanonicalization, algorithm: key.algorithm.hash) }

    /// The `DKIM-Signature` field of a message, to be put on top of it.
    ///
    /// - Parameter now: seconds since 1970.
    public func sign(_ message: SignedMessage, now: Int64) throws(Failure) -> HeaderField {
        guard !message.exceedsLimits else { throw .headerTooLarge }
        guard !message.header.findings.contains(where: \.isAmbiguous) else { throw .malformedHeader }
        guard message.signedHeader.count(of: HeaderFieldName.from.bytes) == 1 else { throw .noSingleFrom }
        guard let hash = message.bodyHashes[bodyHash] else { throw .noBodyHash }
        guard Self.times.contains(now) else { throw .invalidTag }
        let names = self.names(in: message.signedHeader)
        var field = SignatureFieldWriter(.dkimSignature)
        field.add("v", "1")
        field.add("a", key.algorithm.rawValue)
        field.add("c", "\(headerCanonicalization.rawValue)/\(bodyCanonicalization.rawValue)")
        field.add("d", try Self.checked(domain))
        field.add("s", try Self.checked(selector))
        if let identity { field.add("i", try encoded(identity)) }
        field.add("t", "\(now)")
        if let lifetime {
            let (expiration, overflows) = now.addingReportingOverflow(lifetime)
            guard lifetime > 0, !overflows, Self.times.contains(expiration) else { throw .invalidTag }
            field.add("x", "\(expiration)")
        }
        field.add(names: names)
        field.add("bh", Base64.encode(hash), onNewLine: true)
        guard let unsigned = field.unsigned else { throw .invalidTag }
        var octets = message.signedHeader.fieldOctets(names: names, headerCanonicalization)
        HeaderCanonicalizer.append(unsigned, headerCanonicalization, endsLine: false, to: &octets)
        do {
            guard let signed = field.field(signature: try key.sign(octets)) else { throw Failure.invalidTag }
            return signed
        } catch let failure as DKIMPrivateKey.Failure {
            throw .key(failure)
        } catch {
            throw .invalidTag
        }
    }

    private func names(in header: SignedHeader) -> [[UInt8]] {
        overSignedNames.flatMap { Array(repeating: $0.bytes, count: header.count(of: $0.bytes) + 1) }
            + signedNames.flatMap { Array(repeating: $0.bytes, count: header.count(of: $0.bytes)) }
    }

    private static func checked(_ name: DNSName) throws(Failure) -> [UInt8] {
        guard let text = name.tagValue else { throw .invalidTag }
        return text
    }

    /// RFC 6376 §2.11: what isn't a dkim-safe-char becomes a hex-octet.
    private func encoded(_ identity: [UInt8]) throws(Failure) -> [UInt8] {
        guard let at = identity.lastIndex(of: UInt8(ascii: "@")), let own = DNSName(identity[(at + 1)...]),
            own.isHostName, own.isEqualOrBelow(domain)
        else { throw .invalidTag }
        var text: [UInt8] = []
        for byte in identity {
            if byte > 0x20, byte < 0x7F, byte != UInt8(ascii: ";"), byte != UInt8(ascii: "=") {
                text.append(byte)
            } else {
                text.append(UInt8(ascii: "="))
                text += [byte >> 4, byte & 0x0F].map { $0 < 10 ? 0x30 + $0 : 0x41 + $0 - 10 }
            }
        }
        return text
    }
}

extension DNSName {
    /// The name as `d=` and `s=` have it; nil unless it is a host's.
    var tagValue: [UInt8]? { isHostName ? Array(text.utf8) : nil }
}
