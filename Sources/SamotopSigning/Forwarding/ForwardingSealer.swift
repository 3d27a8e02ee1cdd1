public import InternetMessage
public import NameResolution
import SMTP
public import SamotopCore
public import SenderAuthentication

/// Seals mail that goes on for strangers (RFC 8617), and stops what goes in a circle.
///
/// The seal tells the next server what this one has found of the sender, since SPF finds another client there. Nothing of the message
/// changes, so that its own signatures hold. A chain that has failed, or is full, gets no further seal (RFC 8617 §5.1); one that can't
/// be looked at now makes the message wait (451).
///
/// A message for a single alias bears the alias in Delivered-To (RFC 9228) from then on. One that comes to an alias whose name it bears
/// has been here before: 554 5.4.6.
public struct ForwardingSealer: MessageSigner {
    static let deliveredTo = HeaderFieldName(Array("Delivered-To".utf8))

    private let sealer: ARCSealer?
    private let verifier: ARCVerifier
    private let limits: HeaderLimits
    private let threads: StorageThreads

    /// - Parameters:
    ///   - sealer: our key, and in whose name results are; nil: mail is forwarded without a seal.
    ///   - resolver: asks for the keys of seals before.
    ///   - headerLimits: those of the service.
    ///   - threads: where it is sealed.
    public init(
        _ sealer: ARCSealer?, resolver: any Resolver, headerLimits: HeaderLimits = .standard, threads: StorageThreads
    ) {
        self.sealer = sealer
        verifier = ARCVerifier(resolver: resolver)
        limits = headerLimits
        self.threads = threads
    }

    public var name: String { "forwarding" }

    public func tap(_ envelope: Envelope, _ session: Session) -> (any ContentTap)? {
        guard envelope.submitter == nil, envelope.recipients.contains(where: \.isForwarded) else { return nil }
        return SigningTap(limits, sealer.map { [$0.bodyHash] } ?? [])
    }

    public func fields(for message: ReceivedMessage, tap: any ContentTap, _ session: Session) async throws -> [UInt8] {
        // A guard may have filed it apart since: then nothing goes on.
        let forwarded = message.envelope.recipients.filter(\.isForwarded)
        guard let tap = tap as? SigningTap, !forwarded.isEmpty else { return [] }
        let signed = tap.finish()
        let marks = Self.marks(in: signed.header)
        guard !forwarded.contains(where: { !$0.mark.isEmpty && marks.contains($0.mark) }) else {
            throw SigningFailure.refused(Refusal(.forwardingLoop, cause: "it has been at this alias before"))
        }
        let seal = try await seal(signed, session, message.received.seconds)
        // With several recipients none is told of the others (RFC 5321 §7.2).
        guard message.envelope.recipients.count == 1, let only = forwarded.first, !only.mark.isEmpty else {
            return seal
        }
        return seal + Array("Delivered-To: ".utf8) + only.path.alias + [0x0D, 0x0A]
    }

    private func seal(_ message: SignedMessage, _ session: Session, _ now: Int64) async throws -> [UInt8] {
        guard let sealer else { return [] }
        let chain = await verifier.verify(message, now: now)
        let evidence = session.evidence
        do {
            return try await threads.run {
                try sealer.seal(message, chain: chain, results: evidence, now: now).flatMap(\.raw)
            }
        } catch let failure as ARCSealer.Failure {
            switch failure {
            // It goes on as it is, with whatever proof it came with.
            case .chainHasFailed, .chainIsFull, .malformedHeader, .headerTooLarge: return []
            case .chainIsUnknown:
                throw SigningFailure.postponed(Refusal(.sealsUnknown, cause: "ARC: no answer"))
            case .noBodyHash, .invalidTag, .key:
                throw SigningFailure.postponed(Refusal(.localError, cause: "ARC: \(failure)"))
            }
        }
    }

    private static func marks(in header: HeaderSection) -> Set<[UInt8]> {
        guard let deliveredTo else { return [] }
        return Set(header.fields(named: deliveredTo).map { mark($0.unfoldedBody) })
    }

    /// An address for comparing, the case of ASCII letters ignored.
    fileprivate static func mark(_ address: [UInt8]) -> [UInt8] {
        address.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
    }
}

extension Recipient {
    /// Whether mail for it goes on to another server.
    fileprivate var isForwarded: Bool { destinations.contains { $0.mailbox == nil } }

    /// Empty for a rewritten sender: a bounce on its way back was at no alias.
    fileprivate var mark: [UInt8] { ForwardingSealer.mark(path.alias) }
}

extension ForwardPath {
    fileprivate var alias: [UInt8] {
        guard !isRewrittenSender, case .mailbox(let alias) = self else { return [] }
        return alias.bytes
    }
}

extension ReplyWords {
    /// RFC 5321 §6.3, RFC 9228.
    static let forwardingLoop = ReplyWords(54, 4, 6, "This message has been here before: a mail loop")
    /// RFC 3463 X.4.3.
    static let sealsUnknown = ReplyWords(
        51, 4, 3, "The ARC seals can't be checked without the DNS, please try again later")
}
