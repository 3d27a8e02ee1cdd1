import Logging
import SamotopAccounts
import SamotopWeb
import ServiceLifecycle

/// The pages of a running server, if there are any, and the way to sign in at them from the command line.
struct Pages: Sendable {
    let services: [any Service]
    /// What they answer on the control socket.
    let answers: [String: ControlSocket.Answer]
    /// A link that signs an account in once.
    let link: (@Sendable (String) -> String)?

    /// - Parameters:
    ///   - outgoing: what administrators see of it; nil: no mail goes out.
    ///   - encryption: the keys that owners see to; nil: nothing is encrypted.
    init(
        _ configuration: Configuration, _ contacts: ContactRooms?, _ outgoing: OutgoingRooms?,
        _ encryption: EncryptionRooms?, _ book: AccountBook, _ directory: DirectoryRooms,
        limiter: any SignInLimiter, _ logger: Logger, linkSeconds: Int
    ) throws {
        #if Web
            guard let contacts,
                let (pages, origin) = try ContactPagesFactory.pages(
                    configuration, contacts, MailboxAccounts(book: book), outgoing, encryption, directory.desk, limiter,
                    logger,
                    linkSeconds: linkSeconds)
            else {
                (services, link, answers) = ([], nil, [:])
                return
            }
            let links = pages.links
            let link: @Sendable (String) -> String = { origin + links.path(for: $0) }
            answers = ["sign-in-link": { link(String($0)) }]
            services = [pages]
            self.link = link
        #else
            guard configuration.web.listen == nil else {
                let message = "this build has no pages (it was made without the trait Web); remove web:"
                throw StartFailure(ExitStatus.configuration, [configuration.problem("web.listen", message)])
            }
            (services, link, answers) = ([], nil, [:])
        #endif
    }
}
