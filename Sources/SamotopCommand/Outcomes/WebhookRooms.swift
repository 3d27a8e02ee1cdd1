import Logging
import SamotopCore
import SamotopHTTPS
import SamotopReports
import SamotopSigning
import SamotopWebhooks
import ServiceLifecycle

/// Those who are told what becomes of mail, in a running server.
struct WebhookRooms: Sendable {
    let webhooks: Webhooks

    /// Nil: nobody is.
    init?(_ configuration: Configuration, _ poster: HTTPSPoster, _ logger: Logger) throws(StartFailure) {
        guard !configuration.relay.webhooks.isEmpty else { return nil }
        let (hooks, problems) = Self.read(configuration)
        guard problems.isEmpty else { throw StartFailure(ExitStatus.configuration, problems) }
        webhooks = Webhooks(hooks, poster: HookPoster(poster: poster), report: { Self.log($0, logger) })
    }

    private static func log(_ report: WebhookReport, _ logger: Logger) {
        switch report {
        case .failed(let hook, let cause):
            logger.warning("a webhook takes nothing; tried again", metadata: ["hook": "\(hook)", "cause": "\(cause)"])
        case .recovered(let hook): logger.notice("a webhook takes again", metadata: ["hook": "\(hook)"])
        case .dropped(let hook, let events):
            logger.error("news for a webhook is lost", metadata: ["hook": "\(hook)", "events": "\(events)"])
        }
    }

    /// The hooks, and why others can't be.
    static func read(_ configuration: Configuration) -> (hooks: [Webhook], problems: [Problem]) {
        var (hooks, problems) = ([Webhook](), [Problem]())
        for settings in configuration.relay.webhooks {
            let key = "relay.webhooks.\(SectionReader.quoted(settings.name)).secret-file"
            do throws(SecretFile.Failure) {
                // An editor ends a file with a newline, which is nobody's secret.
                var secret = try SecretFile.read(settings.secretFile)
                while let last = secret.last, last == 0x0A || last == 0x0D { secret.removeLast() }
                guard
                    let hook = Webhook(
                        name: settings.name, url: settings.url, secret: secret, events: settings.events)
                else {
                    problems.append(
                        configuration.problem(
                            key,
                            "the secret has fewer than \(Webhook.minimumSecret) octets; make one: openssl rand -hex 32")
                    )
                    continue
                }
                hooks.append(hook)
            } catch { problems.append(configuration.problem(key, "\(error)")) }
        }
        return (hooks, problems)
    }

    /// What runs beside the server.
    var service: any Service { WebhookService(webhooks: webhooks) }
}

private struct WebhookService: Service {
    let webhooks: Webhooks

    func run() async throws {
        let webhooks = webhooks
        await cancelWhenGracefulShutdown { await webhooks.run() }
    }
}

private struct HookPoster: WebhookPosting {
    struct NoAddress: Error {}

    let poster: HTTPSPoster

    func post(_ body: [UInt8], fields: [(name: String, value: String)], to url: String) async throws -> Int {
        guard let address = HTTPSAddress(url) else { throw NoAddress() }
        return try await poster.post(body, fields: fields, to: address)
    }
}

/// Posts TLS reports (RFC 8460 §3). Any 2yz is a yes.
struct ReportPoster: ReportPosting {
    struct Refusal: Error, CustomStringConvertible {
        let description: String
    }

    let poster: HTTPSPoster

    func post(_ octets: [UInt8], type: String, to uri: String) async throws {
        // A stranger's record names the address: this machine is none.
        guard let address = HTTPSAddress(uri), !address.isPlain else { throw Refusal(description: "no https: address") }
        let status = try await poster.post(octets, fields: [("content-type", type)], to: address)
        guard (200..<300).contains(status) else { throw Refusal(description: "HTTPS answered \(status)") }
    }
}
