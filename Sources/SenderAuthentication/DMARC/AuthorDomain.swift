public import InternetMessage
public import NameResolution
public import SMTP

/// The domain of the author: the one of the single address in the single From field (RFC 9989 §3.2.2, §5.3.1).
public struct AuthorDomain: Sendable, Hashable {
    /// Why there is none.
    public enum Failure: Error, Hashable, Sendable {
        /// The message has no single author: RFC 9989 §4.4 calls it invalid. A From with several addresses has none
        /// either, were they all of one domain.
        case author(Author.Failure)
        /// The address has an address literal: there is no domain, and nobody who could have a policy.
        case addressLiteral
        /// The domain can't be a name of the DNS: a label of it has no A-label.
        case noDomainName
    }

    /// The domain, its U-labels converted to A-labels.
    public let name: DNSName

    /// The domain of the author of the message with this header section.
    public init(in header: HeaderSection) throws(Failure) {
        let author: NamedMailbox
        do {
            author = try Author.identity(in: header)
        } catch {
            throw .author(error)
        }
        try self.init(of: author.mailbox)
    }

    /// The domain of a mailbox.
    public init(of mailbox: Mailbox) throws(Failure) {
        guard case .name(let domain) = mailbox.domain else { throw .addressLiteral }
        guard let name = DNSName(internationalized: domain.bytes) else { throw .noDomainName }
        self.name = name
    }

    /// A domain that is known already, as A-labels.
    public init(_ name: DNSName) { self.name = name }
}
