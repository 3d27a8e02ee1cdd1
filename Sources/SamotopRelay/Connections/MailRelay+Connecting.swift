import NIOCore
import NameResolution
import SMTP
import SamotopClient
import SamotopCore
import SamotopQueue
import TransportSecurity

extension MailRelay {
    /// Where a connection is to lead, and for what.
    struct Target: Sendable {
        let job: DeliveryJobID
        let host: MailHost
        let endpoint: Endpoint
        let demand: SecurityDemand
        let route: Route?
        let requiresTLS: Bool

        var remote: RemoteHost { host.remote(endpoint) }
        var key: ConnectionKey { ConnectionKey(endpoint, demand, requiresTLS: requiresTLS) }
    }

    /// What came of connecting.
    enum Connected: Sendable {
        case connection(ServerConnection)
        case failure(HostFailure)
        case hold(HoldReason)
    }

    /// Connects, and holds what was achieved against what is asked for. Before that no address of anybody is sent.
    func connect(_ target: Target) async -> Connected {
        let error: SMTPClientError
        do throws(SMTPClientError) {
            let smtp = try await open(target, target.demand.tls)
            return await judged(smtp, target, failed: nil)
        } catch let caught {
            error = caught
        }
        guard let cause = EstablishedTransport.PlaintextCause(error) else {
            return .failure(HostFailure(error, from: target.remote, preference: target.host.preference))
        }
        guard target.demand.allowsPlaintext, !error.isInjection, !Task.isCancelled else {
            return await tlsFailed(error, cause, target)
        }
        // RFC 7435 §3: nobody asks for TLS, and what fails is TLS alone.
        do throws(SMTPClientError) {
            let smtp = try await open(target, .none)
            observer?.observe(.fellBackToPlaintext(target.job, target.remote))
            return await judged(smtp, target, failed: cause)
        } catch {
            return .failure(HostFailure(error, from: target.remote, preference: target.host.preference))
        }
    }

    private func open(_ target: Target, _ tls: ClientTLS) async throws(SMTPClientError) -> SMTPConnection {
        var configuration = ClientConfiguration(tls: tls)
        configuration.hello = settings.hello
        configuration.timeouts = settings.timeouts
        configuration.dialect = target.route?.isLMTP == true ? .lmtp : .smtp
        configuration.authentication = target.route?.authentication
        // What was taken from others is handed on as it is: a signature breaks with a line.
        configuration.longLines = .send
        let server: ServerAddress
        switch target.endpoint {
        case .unix(let path): server = .unix(path: path)
        case .address(let address, let port):
            guard let socket = try? SocketAddress(ipAddress: "\(address)", port: Int(port)) else {
                throw SMTPClientError(stage: .connect, kind: .client, reason: .configuration("address"))
            }
            server = .address(socket, name: target.host.name?.text)
        }
        // The loop that this runs on, if it is one of the group's.
        return try await SMTPConnection.connect(to: server, configuration: configuration, on: group.any())
    }

    /// - Parameters:
    ///   - cause: why TLS failed before, if it is spoken in clear for that.
    ///   - isAgain: whether another message had the permission that this one needs.
    private func judged(
        _ smtp: SMTPConnection, _ target: Target, failed cause: EstablishedTransport.PlaintextCause?,
        isAgain: Bool = false
    ) async -> Connected {
        guard case .planned(let plan) = target.demand else {
            return .connection(connection(smtp, target, verifiedBy: smtp.tls?.verification(of: target.demand) ?? .none))
        }
        let verdict = await plan.verdict(
            on: EstablishedTransport(smtp, cause), anchors: security.anchors, now: clock.now().seconds)
        let permission = await note(verdict, plan, target.remote, target.job)
        switch verdict.outcome {
        case .proceed:
            let way = DeliveredTLS.Verification(verdict.authentications)
            switch permission {
            case .notNeeded: return .connection(connection(smtp, target, verifiedBy: way))
            case .taken(let once): return .connection(connection(smtp, target, verifiedBy: way, permission: once))
            case .gone:
                // What the other message found may be what is known now.
                if !isAgain, let anew = await planned(anew: plan, target) {
                    return await judged(smtp, anew, failed: cause, isAgain: true)
                }
                Task { await smtp.quit() }
                return .hold(HoldReason(.signature, words: "a person let one message go, and another one went"))
            case .unreadable:
                Task { await smtp.quit() }
                return .failure(unreadableRecord(target.host))
            }
        case .postpone:
            Task { await smtp.quit() }
            return .failure(failure(verdict, target))
        case .hold:
            Task { await smtp.quit() }
            return .hold(HoldReason(.signature, words: verdict.explanation))
        }
    }

    private func planned(anew plan: SecurityPlan, _ target: Target) async -> Target? {
        guard let peer = try? await security.peers?.record(of: plan.domain) else { return nil }
        let plan = SecurityPlan(
            domain: plan.domain, host: plan.host, dane: plan.dane, mtaSTS: plan.mtaSTS, peer: peer,
            requiresTLS: target.requiresTLS, minimum: settings.minimumSecurity, now: clock.now().seconds)
        return Target(
            job: target.job, host: target.host, endpoint: target.endpoint, demand: .planned(plan), route: target.route,
            requiresTLS: target.requiresTLS)
    }

    /// TLS is asked for, and failed.
    private func tlsFailed(
        _ error: SMTPClientError, _ cause: EstablishedTransport.PlaintextCause, _ target: Target
    ) async -> Connected {
        guard case .planned(let plan) = target.demand else {
            return .failure(HostFailure(error, from: target.remote, preference: target.host.preference))
        }
        let verdict = await plan.verdict(on: .plaintext(cause), anchors: security.anchors, now: clock.now().seconds)
        // A plan that would let it go in clear doesn't decide here: whoever broke TLS did it on purpose.
        guard verdict.outcome != .proceed else {
            return .failure(HostFailure(error, from: target.remote, preference: target.host.preference))
        }
        await note(verdict, plan, target.remote, target.job)
        if verdict.outcome == .hold { return .hold(HoldReason(.signature, words: verdict.explanation)) }
        return .failure(failure(verdict, target))
    }

    private func failure(_ verdict: SecurityVerdict, _ target: Target) -> HostFailure {
        let detail: UInt16 = verdict.failure == .startTLSNotSupported ? 4 : 5
        return HostFailure(
            failure: AttemptFailure(
                stage: .tls, status: EnhancedStatusCode(4, 7, detail), remote: target.remote,
                words: verdict.explanation, isHostWide: true),
            kind: .transient, preference: target.host.preference)
    }

    private func connection(
        _ smtp: SMTPConnection, _ target: Target, verifiedBy verification: DeliveredTLS.Verification,
        permission: PeerDecision.AcceptOnce? = nil
    ) -> ServerConnection {
        ServerConnection(
            smtp: smtp, key: target.key, remote: target.remote,
            tls: smtp.tls.map { DeliveredTLS(version: $0.version, cipher: $0.cipher, verifiedBy: verification) },
            made: clock.now().seconds, permission: permission)
    }
}

extension SMTPClientError {
    /// Whether somebody has put text in front of the handshake: not a server that can't do TLS, but an attack.
    var isInjection: Bool {
        if case .fault(.responseInjection) = reason { true } else { false }
    }
}

extension EstablishedTransport.PlaintextCause {
    /// Why there is no TLS; nil when it failed at something else.
    init?(_ error: SMTPClientError) {
        switch error.reason {
        case .cancelled, .configuration, .shutDown: return nil
        case .fault(.tlsNotOffered): self = .notOffered
        case .fault(.refused), .fault(.malformedReply), .fault(.unexpectedReply):
            guard error.stage == .tls else { return nil }
            self = .refused
        default:
            guard error.stage == .tls else { return nil }
            self = .handshakeFailed
        }
    }
}

extension EstablishedTransport {
    /// What a connection achieved.
    init(_ smtp: SMTPConnection, _ cause: PlaintextCause?) {
        guard let tls = smtp.tls else {
            self = .plaintext(cause ?? (smtp.capabilities.extensions.contains(.startTLS) ? .refused : .notOffered))
            return
        }
        self = .tls(TLSVersion(rawValue: tls.version) ?? .tls10, CertificateChain(tls.chain.certificates))
    }
}

extension PeerTLS {
    /// How a server was verified that no plan judges.
    func verification(of demand: SecurityDemand) -> DeliveredTLS.Verification {
        guard case .chosen = demand, isVerified else { return .none }
        return .pkix
    }
}

extension DeliveredTLS.Verification {
    /// The first of those that the queue knows.
    init(_ authentications: [TransportSecurity.Authentication]) {
        if authentications.contains(.dane) {
            self = .dane
        } else if authentications.contains(.mtaSTS) {
            self = .mtaSTS
        } else if authentications.contains(.pins) {
            self = .person
        } else {
            self = authentications.contains(.pkix) ? .pkix : .none
        }
    }
}
