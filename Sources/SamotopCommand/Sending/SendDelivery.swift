import Foundation
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
        if let user = command.auth ?? target.user {
            let password = try target.password ?? Self.password(command)
            configuration.authentication = Authentication(.password(user: user, password: password))
        }
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

    private static func password(_ command: SendCommand) throws -> String {
        if let file = command.passwordFile {
            let octets: [UInt8]
            do { octets = try LocalFile.read(file, limit: 4_096) } catch {
                throw SendProblem.usage("--password-file \(OneLine.escaped(file)): \(error)")
            }
            return String(decoding: octets.prefix { $0 != 0x0A && $0 != 0x0D }, as: UTF8.self)
        }
        if let password = ProcessInfo.processInfo.environment[Overrides.password] { return password }
        guard command.file != "-", !command.readsBody, let password = PasswordPrompt.read() else {
            throw SendProblem.usage("no password: write --password-file, or set SAMOTOP_PASSWORD")
        }
        return password
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
        return words
    }
}
