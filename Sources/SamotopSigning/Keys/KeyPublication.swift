import InternetMessage
public import NameResolution
public import SenderAuthentication

/// Whether the world finds a key of ours in the DNS: what is to be looked at before it signs.
public enum KeyPublication: Sendable, Hashable {
    /// Signatures of the key are verified by the record.
    case published
    /// The same, but the record says that the domain is testing: the signature counts for nothing (`t=y`, RFC 6376 §3.6.1).
    case testing
    /// There is no record.
    case missing
    /// There are several, which is an error for whoever looks (RFC 6376 §3.6.2.2).
    case several(Int)
    /// The record has another key.
    case different
    /// The record says that the key is revoked.
    case revoked
    /// The record is malformed.
    case malformed(DKIMKey.Failure)
    /// The record doesn't let the key sign what we sign.
    case unfit(String)
    /// The DNS doesn't say.
    case unanswered(Answer.Failure)

    /// Whether mail may be signed with it.
    public var isGood: Bool { self == .published }

    /// In English.
    public var words: String {
        switch self {
        case .published: "published"
        case .testing: "published with t=y: receivers take the mail for unsigned; remove t=y when the tests are over"
        case .missing: "there is no record; publish it before mail is signed"
        case .several(let count): "there are \(count) records, which is an error; keep one"
        case .different: "the record has another key; publish this key's, or use its key file"
        case .revoked: "the record says that the key is revoked (an empty p=)"
        case .malformed(let failure): "the record is malformed: \(failure)"
        case .unfit(let reason): "the record is there, but signatures don't pass by it: \(reason)"
        case .unanswered(let failure): "the DNS doesn't answer (\(failure.rawValue)); ask again later"
        }
    }

    /// Asks for the record, and lets a verifier judge a signature that the key makes.
    ///
    /// - Parameter now: seconds since 1970.
    public init(of key: SigningKey, of domain: DNSName, with resolver: any Resolver, now: Int64) async {
        guard let name = KeyName(key.selector, domain)?.name else {
            self = .missing
            return
        }
        let texts: [[UInt8]]
        do {
            texts = try await resolver.texts(name)
        } catch {
            self = .unanswered(error)
            return
        }
        guard let text = texts.first else {
            self = .missing
            return
        }
        guard texts.count == 1 else {
            self = .several(texts.count)
            return
        }
        do {
            let record = try DKIMKey(text)
            guard !record.isRevoked else {
                self = .revoked
                return
            }
            self = await Self.judgement(of: key, domain, record, Answer(.records([.text([text])])), now)
        } catch {
            self = .malformed(error)
        }
    }

    private static func judgement(
        of key: SigningKey, _ domain: DNSName, _ record: DKIMKey, _ answer: Answer, _ now: Int64
    ) async -> KeyPublication {
        guard record.type == key.key.algorithm.keyType else { return .different }
        let signer = DKIMSigner(key: key.key, domain: domain, selector: key.selector)
        let message = Array("From: postmaster@\(domain.text)\r\n\r\n".utf8)
        guard let field = try? signer.sign(SignedMessage(message, bodyHashes: [signer.bodyHash]), now: now) else {
            return .unfit("the key can't sign")
        }
        let signed = SignedMessage(field.raw + message)
        guard let finding = await DKIMVerifier(resolver: OneAnswer(answer: answer)).verify(signed, now: now).first
        else {
            return .unfit("no signature")
        }
        if finding.isVerified { return record.isTesting ? .testing : .published }
        // Of a domain that is testing, what fails is neutral.
        return finding.result == .fail || finding.result == .neutral ? .different : .unfit(finding.reason)
    }
}

/// Says the same to all questions.
private struct OneAnswer: Resolver {
    let answer: Answer

    func resolve(_ name: DNSName, _ type: RecordType) async -> Answer { answer }
}
