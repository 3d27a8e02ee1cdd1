import NIOPosix
import NIOSSL
import NameResolution
import SamotopHTTPS
import TransportSecurity

/// Fetches our own MTA-STS policy as other servers do.
struct PolicyFetchCheck: Sendable {
    let configuration: Configuration
    let resolver: any NameResolution.Resolver
    /// Whom to trust instead of the system's authorities.
    let caFile: String?

    func findings() async -> [HealthFinding] {
        guard configuration.policy.listen != nil else { return [] }
        let policies = (try? PolicyServing.policies(configuration, configuration.policy, configuration.name)) ?? [:]
        var findings: [HealthFinding] = []
        for (domain, policy) in policies.sorted(by: { $0.key.text < $1.key.text }) {
            findings.append(await finding(domain, policy))
        }
        return findings
    }

    private func finding(_ domain: DNSName, _ policy: MTASTSPolicy) async -> HealthFinding {
        let subject = "MTA-STS policy of \(domain.text)"
        guard let host = domain.prefixed(by: "mta-sts"),
            let fetcher = try? HTTPSFetcher(
                resolver: resolver, trustRoots: caFile.map { .file($0) } ?? .default,
                on: MultiThreadedEventLoopGroup.singleton, mayReach: { _ in true })
        else { return .unknown(subject, "no authorities to trust can be read") }
        let request = HTTPSRequest(
            host: host, path: "/.well-known/mta-sts.txt", maximumLength: HTTPSFetcher.maximumLength, timeout: 20)
        let response: HTTPSResponse
        do throws(HTTPSFetchError) { response = try await fetcher.fetch(request) } catch {
            switch error {
            case .certificate:
                return .problem(
                    subject, "the certificate isn't one of a trusted authority for \(host.text)",
                    "have a certificate with that name, too")
            case .unreachable, .timeout, .tooLong:
                return .problem(
                    subject, "https://\(host.text) doesn't answer (\(error))",
                    "let the server run, port 443 be open, and \(host.text) lead here")
            }
        }
        guard response.status == 200 else {
            return .problem(subject, "status \(response.status) instead of the policy")
        }
        guard response.body == policy.file else {
            return .warning(subject, "another policy than the configuration's", "restart the server")
        }
        return .ok(subject, "mode \(policy.mode.rawValue)")
    }
}
