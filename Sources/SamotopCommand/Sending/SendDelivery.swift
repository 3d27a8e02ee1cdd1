import NIOPosix
import SMTP
import SamotopClient

/// One connection of `samotop send`.
struct SendDelivery: Sendable {
    let address: ServerAddress
    let configuration: ClientConfiguration
    private let server: String

    init(_ command: SendCommand) throws {
        let target = try SendTarget(command.server)
        server = command.server
        address = target.address(isLMTP: command.lmtp)
        var tls = ClientTLS(command.tls?.mode ?? target.mode ?? (target.isLocal ? .opportunistic : .required))
        if let file = command.authorities { tls.trust = .file(file) }
        if command.trustsAnyone { tls.verification = .none }
        if let certificate = command.certificate, let key = command.key {
            tls.clientCertificate = ClientTLS.ClientCertificate(chainFile: certificate, keyFile: key)
        }
        var configuration = ClientConfiguration(tls: tls)
        configuration.dialect = command.lmtp || target.isLMTP ? .lmtp : .smtp
        if let name = command.ehlo {
            guard let domain = DomainName(Array(name.utf8)) else {
                throw SendProblem.usage("--ehlo: \(OneLine.escaped(name)) is no domain name")
            }
            configuration.hello = .name(domain)
        }
        if let seconds = command.timeout { configuration.timeouts = ClientTimeouts(each: .seconds(seconds)) }
        configuration.authentication = try SendSignIn(command, target).authentication()
        if command.transcript {
            configuration.transcript = { StandardError().write(SendTranscript.line($0)) }
        }
        self.configuration = configuration
    }

    func send(_ message: SendableMessage) async throws -> SendOutcome {
        let connection: SMTPConnection
        do {
            connection = try await SMTPConnection.connect(
                to: address, configuration: configuration, on: MultiThreadedEventLoopGroup.singleton)
        } catch { throw StartFailure(Self.status(of: error), ["samotop: \(Self.words(error, server))"]) }
        do {
            let result = try await connection.send(message.transaction, MessageContent(message.octets))
            await connection.quit()
            return SendOutcome(message.transaction, result, connection.tls)
        } catch {
            await connection.quit()
            throw StartFailure(Self.status(of: error), ["samotop: \(Self.words(error, server))"])
        }
    }

    private static func status(of error: SMTPClientError) -> Int32 {
        switch error.kind {
        case .transient, .timeout: ExitStatus.temporary
        case .permanent, .client, .tls: ExitStatus.failure
        }
    }

    private static func words(_ error: SMTPClientError, _ server: String) -> String {
        var words = "\(OneLine.escaped(server)): \(error)"
        if let reply = error.reply {
            words += "; it said: " + OneLine.escaped(SendOutcome.text(reply), limit: 1_000)
        } else if let cause = error.underlying {
            words += "; \(OneLine.escaped("\(cause)", limit: 500))"
        }
        if case .fault(.tlsNotOffered) = error.reason {
            words += "; --tls none sends in clear, if that is what you want"
        }
        if case .handshake = error.reason { words += "; --ca-file trusts an authority of your own" }
        if case .authentication(.noCommonMechanism) = error.reason {
            words += "; it offers no mechanism that was named and fits the secret"
        }
        return words
    }
}
