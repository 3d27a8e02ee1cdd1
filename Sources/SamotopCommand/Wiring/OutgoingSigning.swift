import InternetMessage
import NameResolution
import SMTP
import SamotopCore
import SamotopQueue
import SamotopRelay
import SamotopSigning
import SenderAuthentication

/// Whose mail is signed, and in whose name strangers' mail goes on where an alias leads to another server.
struct OutgoingSigning: Sendable {
    /// Octets of the key that rewritten senders are proved with.
    private static let keyLength = 32

    let policy: SigningPolicy
    /// The keys, and which of them the DNS shows.
    let keys: [DNSName: [SigningKey]]
    let sightings = KeySightings()
    let rewriting: SenderRewriting
    private let sealer: ARCSealer?
    private let threads = StorageThreads(count: 2, name: "signing")

    /// Where the key of rewritten senders is.
    static func keyPath(_ state: String) -> String { state + "/forwarding.key" }

    /// - Throws: ``StartFailure`` when a key can't be read, or names don't fit.
    init(_ configuration: Configuration) throws(StartFailure) {
        let keys = try Self.keys(of: configuration)
        self.keys = keys
        do throws(SigningPolicy.Failure) { policy = try SigningPolicy(keys, sightings: sightings) } catch {
            throw StartFailure(ExitStatus.configuration, [configuration.problem("relay.sign", "\(error)")])
        }
        let domain = configuration.relay.forwardingDomain ?? configuration.postmaster.domain
        let secret: [UInt8]
        do throws(SecretFile.Failure) {
            secret = try SecretFile.readOrMake(Self.keyPath(configuration.state), length: Self.keyLength)
        } catch { throw StartFailure(ExitStatus.failure, ["samotop: \(error)"]) }
        guard let name = DomainName(domain), let rewriting = SenderRewriting(domain: .name(name), keys: [secret]) else {
            throw StartFailure(
                ExitStatus.configuration, [configuration.problem("relay.forwarding-domain", "no domain name")])
        }
        self.rewriting = rewriting
        // A seal needs RSA: few verify any other (RFC 8617 §4.1.2 names rsa-sha256 alone).
        let found = DNSName(domain).flatMap { domain in
            keys[domain]?.first { $0.key.algorithm.keyType == .rsa }.map { (domain, $0) }
        }
        sealer = found.flatMap { domain, key in
            AuthservID(Array(configuration.name.utf8)).map {
                ARCSealer(key: key.key, domain: domain, selector: key.selector, authservID: $0)
            }
        }
    }

    /// The keys by domain, from their files.
    static func keys(of configuration: Configuration) throws(StartFailure) -> [DNSName: [SigningKey]] {
        let (keys, problems) = read(configuration)
        guard problems.isEmpty else { throw StartFailure(ExitStatus.configuration, problems) }
        return keys
    }

    /// The keys that can be read, and why the others can't.
    static func read(_ configuration: Configuration) -> (keys: [DNSName: [SigningKey]], problems: [Problem]) {
        var keys: [DNSName: [SigningKey]] = [:]
        var problems: [Problem] = []
        for settings in configuration.relay.sign {
            guard let domain = DNSName(settings.domain) else { continue }
            for key in settings.keys {
                guard let selector = DNSName(key.selector) else { continue }
                do throws(SecretFile.Failure) {
                    keys[domain, default: []].append(SigningKey(selector, try SigningKeyFile.read(key.file)))
                } catch {
                    let (domain, selector) = (SectionReader.quoted(settings.domain), SectionReader.quoted(key.selector))
                    problems.append(configuration.problem("relay.sign.\(domain).\(selector)", "\(error)"))
                }
            }
        }
        return (keys, problems)
    }

    /// What puts fields on top of mail that is taken.
    func signers(_ configuration: Configuration, resolver: any Resolver) -> [any MessageSigner] {
        let limits = MailServiceFactory.limits(configuration.limits)
        let header = HeaderLimits(maximumBytes: limits.headerSize, maximumFields: limits.headerFields)
        return [
            AuthorSigner(policy, headerLimits: header, threads: threads),
            ForwardingSealer(sealer, resolver: resolver, headerLimits: header, threads: threads),
        ]
    }

    /// What refuses at RCPT what couldn't be forwarded.
    var guards: [any MailGuard] { [ForwardingGuard(rewriting)] }

    /// Notifications, addressed to whom rewritten senders stand for, and signed.
    func notices(_ writer: any NoticeWriter) -> any NoticeWriter {
        SignedNotices(around: ForwardedNotices(around: writer, rewriting), policy, threads: threads)
    }

    /// Where bounces to rewritten senders lead.
    func bounces(around agent: any DeliveryAgent) -> any DeliveryAgent { BounceAddresses(around: agent, rewriting) }
}
