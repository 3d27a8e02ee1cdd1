import Logging
import NameResolution
import ServiceLifecycle

/// The resolver of a server that asks about senders and recipients, and the service that looks after it.
struct SenderLookup: Sendable {
    let resolver: any Resolver
    var watch: (any Service)?

    /// Nil: nothing is asked of the DNS.
    init?(_ configuration: Configuration, _ logger: Logger) throws(StartFailure) {
        let isNeeded =
            configuration.relay.isOn || configuration.tls.acme != nil
            || configuration.submission.oauth?.asksIssuer == true
        guard configuration.authentication.asksDNS || !configuration.dnsLists.isEmpty || isNeeded else { return nil }
        #if Unbound
            let unbound = try ResolverFactory.unbound(configuration.dns)
            resolver = CachingResolver(unbound)
            watch = ResolverWatch(resolver: unbound, logger: logger)
        #else
            resolver = try ResolverFactory.resolver(configuration.dns)
        #endif
    }
}
