public import SMTP

/// Rewrites reverse-paths of mail that is forwarded, so that SPF of the next hop finds this host's domain, and leads bounces back: the
/// Sender Rewriting Scheme (Shevek, 2004).
///
/// `ann@example.org` becomes `SRS0=HHHHHH=TT=example.org=ann@forward.example`, where `HHHHHH` proves that this host has written it and
/// `TT` is its day. What another host has rewritten becomes `SRS1=HHHHHH=first.example==…@forward.example`, which leads bounces to that
/// first host directly, however many forward after it. Nothing is stored.
public struct SenderRewriting: Sendable {
    /// Why an address doesn't lead back to anybody.
    public enum Failure: String, Error, Sendable, Hashable, CaseIterable {
        /// It is none that was rewritten here: treat it as any other.
        case notRewritten
        /// It isn't written as the scheme says.
        case malformed
        /// This host hasn't written it, or the key is gone.
        case forged
        /// It is too old for a bounce.
        case expired
    }

    /// Days from rewriting in which bounces are led back.
    public static let defaultLifetime = 21
    /// Days after which `TT` begins anew: the longest lifetime.
    static let period: Int64 = 1_024

    private let domain: Domain
    private let signer: RewritingSigner
    private let lifetime: Int64

    /// A scheme.
    ///
    /// - Parameters:
    ///   - domain: this host's, which takes the bounces: it should have an SPF record that names this host.
    ///   - keys: secrets of 16 octets or more. The first is used for rewriting, all for leading back; nil when there is none or one
    ///     is shorter.
    ///   - lifetime: days; between 1 and 1,000.
    public init?(domain: Domain, keys: [[UInt8]], lifetime: Int = defaultLifetime) {
        guard let signer = RewritingSigner(keys: keys) else { return nil }
        self.domain = domain
        self.signer = signer
        self.lifetime = Int64(min(max(lifetime, 1), 1_000))
    }

    /// The reverse-path for the forwarded message: `<>` and addresses of this host's domain are left as they are.
    ///
    /// - Parameter now: seconds since 1970.
    /// - Returns: nil when the local-part would be longer than RFC 5321 §4.5.3.1.1 allows (64 octets): the caller has to forward with
    ///   another sender, or not at all.
    public func rewritten(_ path: ReversePath, now: Int64) -> ReversePath? {
        guard case .mailbox(let sender) = path, sender.domain != domain else { return path }
        let content: [UInt8]
        if let (host, rest) = Self.rewrittenElsewhere(sender) {
            let hash = signer.hash(["SRS1".asciiBytes, host, rest])
            content = ["SRS1".asciiBytes, hash, host, rest].joinedByEquals
        } else {
            let day = Self.text(ofDay: Self.day(now))
            let host = sender.domain.bytes
            let hash = signer.hash(["SRS0".asciiBytes, day, host, sender.localPart.content])
            content = ["SRS0".asciiBytes, hash, day, host, sender.localPart.content].joinedByEquals
        }
        guard let localPart = LocalPart(content) else { return nil }
        let mailbox = Mailbox(localPart: localPart, domain: domain)
        return Mailbox(mailbox.bytes) == nil ? nil : .mailbox(mailbox)
    }

    /// The mailbox that a rewritten address stands for: where a bounce to it goes.
    ///
    /// - Parameter now: seconds since 1970.
    public func original(of address: Mailbox, now: Int64) throws(Failure) -> Mailbox {
        let content = address.localPart.content
        guard address.domain == domain, let kind = Self.kind(content) else { throw .notRewritten }
        let parts = content.dropFirst(5).splitByEquals(maximum: kind == .first ? 4 : 3)
        switch kind {
        case .first:
            guard parts.count == 4, let day = Self.day(ofText: parts[1]) else { throw .malformed }
            guard signer.isValid(parts[0], for: ["SRS0".asciiBytes, parts[1], parts[2], parts[3]]) else {
                throw .forged
            }
            // A day that is ahead is one of the last period's end.
            let age = (Self.day(now) - day + Self.period) % Self.period
            guard age <= lifetime else { throw .expired }
            return try Self.mailbox(parts[3], at: parts[2])
        case .further:
            guard parts.count == 3 else { throw .malformed }
            guard signer.isValid(parts[0], for: ["SRS1".asciiBytes, parts[1], parts[2]]) else { throw .forged }
            return try Self.mailbox("SRS0".asciiBytes + parts[2], at: parts[1])
        }
    }

    private enum Kind { case first, further }

    /// `SRS0` or `SRS1` in any case, and one of the separators in use.
    private static func kind(_ content: [UInt8]) -> Kind? {
        guard content.count > 5, "=+-".asciiBytes.contains(content[4]),
            content.prefix(3).map(\.capital) == "SRS".asciiBytes
        else { return nil }
        switch content[3] {
        case UInt8(ascii: "0"): return .first
        case UInt8(ascii: "1"): return .further
        default: return nil
        }
    }

    /// The host that rewrote first, and what follows `SRS0` in the address it wrote.
    private static func rewrittenElsewhere(_ sender: Mailbox) -> (host: [UInt8], rest: [UInt8])? {
        let content = sender.localPart.content
        switch kind(content) {
        case .first: return (sender.domain.bytes, Array(content.dropFirst(4)))
        case .further:
            let parts = content.dropFirst(5).splitByEquals(maximum: 3)
            // One that has only the look of the scheme is rewritten like any other.
            guard parts.count == 3, Domain(parts[1]) != nil, let separator = parts[2].first,
                "=+-".asciiBytes.contains(separator)
            else { return nil }
            return (parts[1], parts[2])
        case nil: return nil
        }
    }

    private static func mailbox(_ content: [UInt8], at host: [UInt8]) throws(Failure) -> Mailbox {
        guard let localPart = LocalPart(content), let domain = Domain(host) else { throw .malformed }
        return Mailbox(localPart: localPart, domain: domain)
    }

    private static func day(_ now: Int64) -> Int64 {
        let day = now / 86_400 % period
        return day < 0 ? day + period : day
    }

    private static func text(ofDay day: Int64) -> [UInt8] {
        [
            RewritingSigner.digit(UInt8(truncatingIfNeeded: day >> 5)),
            RewritingSigner.digit(UInt8(truncatingIfNeeded: day)),
        ]
    }

    private static func day(ofText text: [UInt8]) -> Int64? {
        guard text.count == 2, let high = RewritingSigner.value(text[0]), let low = RewritingSigner.value(text[1])
        else {
            return nil
        }
        return Int64(high) << 5 | Int64(low)
    }
}
