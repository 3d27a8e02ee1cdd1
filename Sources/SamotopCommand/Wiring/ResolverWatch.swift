#if Unbound
    import Logging
    import ServiceLifecycle
    import UnboundResolver

    /// Finds out at the start, and every hour, whether DNS answers can be validated, and says what that means.
    struct ResolverWatch: Service {
        let resolver: UnboundResolver
        let logger: Logger

        func run() async throws {
            await cancelWhenGracefulShutdown {
                var last: ValidationProbe?
                while !Task.isCancelled {
                    let found = await resolver.probe()
                    if found != last, !Task.isCancelled { say(found) }
                    last = found
                    do { try await Task.sleep(for: .seconds(found == .validating ? 3_600 : 300)) } catch { break }
                }
            }
            await resolver.close()
        }

        private func say(_ found: ValidationProbe) {
            switch found {
            case .validating: logger.notice("DNS answers are validated by DNSSEC")
            case .disabled:
                logger.notice("DNS answers are not validated: dns.validate is never, or there is no trust anchor")
            case .stripped:
                logger.warning(
                    "DNS signatures don't get through this network: answers are believed unproven, and DANE can't work; name other dns.servers, perhaps with TLS"
                )
            case .offline:
                logger.error(
                    "the DNS doesn't answer: senders can't be checked, and their mail is postponed; look at the network, or at dns.servers"
                )
            }
        }
    }
#endif
