import InternetMessage
import NameResolution
import SMTP
import SamotopCore
import SenderAuthentication

/// Makes the signatures of one message, by all keys of its author's domain.
struct SignatureMaker: Sendable {
    let policy: SigningPolicy
    let threads: StorageThreads

    /// The DKIM-Signature fields; none when the author is nobody of ours, or there is no single author.
    ///
    /// A key that has signed already signs no more: that is known by verifying with the key itself. A signature that names the key and
    /// doesn't hold keeps nobody from signing.
    ///
    /// - Parameter now: seconds since 1970.
    func fields(for message: SignedMessage, now: Int64) async throws -> [UInt8] {
        guard !message.exceedsLimits else {
            throw SigningFailure.refused(Refusal(.headerTooBig, cause: "the header is too large to be signed"))
        }
        let signers: [DKIMSigner]
        do {
            signers = policy.signers(for: try AuthorDomain(in: message.header).name)
        } catch .author(.ambiguousHeader) {
            throw SigningFailure.refused(Refusal(.malformedHeader, cause: "whose message it is can't be told"))
        } catch {
            return []
        }
        guard !signers.isEmpty else { return [] }
        let known = message.signatureCount == 0 ? [] : await OwnSignatures(policy).find(in: message, now: now)
        let missing = signers.filter { !known.contains(.init(domain: $0.domain, selector: $0.selector)) }
        // A signature takes about a millisecond of a processor: not on an event loop.
        return try await threads.run { try missing.flatMap { try Self.field($0, message, now) } }
    }

    private static func field(_ signer: DKIMSigner, _ message: SignedMessage, _ now: Int64) throws -> [UInt8] {
        do {
            return try signer.sign(message, now: now).raw
        } catch .headerTooLarge {
            throw SigningFailure.refused(Refusal(.headerTooBig, cause: "the header is too large to be signed"))
        } catch .malformedHeader {
            throw SigningFailure.refused(Refusal(.malformedHeader, cause: "a malformed header can't be signed"))
        } catch {
            throw SigningFailure.postponed(Refusal(.localError, cause: "DKIM: \(signer.domain): \(error)"))
        }
    }
}

/// Finds the signatures that keys of ours have made, without asking anybody.
struct OwnSignatures: Resolver {
    struct Key: Hashable {
        let domain: DNSName
        let selector: DNSName
    }

    private let policy: SigningPolicy

    init(_ policy: SigningPolicy) { self.policy = policy }

    func resolve(_ name: DNSName, _ type: RecordType) async -> Answer {
        guard type == .txt, let record = policy.record(at: name) else { return Answer(.noSuchName) }
        return Answer(.records([.text(record.strings)]))
    }

    func find(in message: SignedMessage, now: Int64) async -> Set<Key> {
        var found: Set<Key> = []
        for finding in await DKIMVerifier(resolver: self).verify(message, now: now) where finding.result == .pass {
            if let domain = finding.domain, let selector = finding.selector {
                found.insert(Key(domain: domain, selector: selector))
            }
        }
        return found
    }
}
