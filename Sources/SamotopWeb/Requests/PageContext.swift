#if Web
    import Hummingbird
    import NIOCore

    /// What is known of a request on its way to a page.
    struct PageContext: RequestContext, RemoteAddressRequestContext {
        var coreContext: CoreRequestContextStorage
        let remoteAddress: SocketAddress?
        let channel: any Channel
        /// Who is signed in; nil: nobody.
        var visit: Visit?

        init(source: ApplicationRequestContextSource) {
            coreContext = .init(source: source)
            channel = source.channel
            remoteAddress = source.channel.remoteAddress
        }
    }

    /// The rest of the way to a page.
    typealias Next = @concurrent (Request, PageContext) async throws -> Response
#endif
