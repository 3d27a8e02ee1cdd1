public import NIOCore
import NIOPosix
public import SMTP

/// One connection to an SMTP or LMTP server, after its greeting, EHLO, TLS and authentication.
///
/// Messages go one after the other; a call that comes while another one is under way fails with ``SMTP/ClientFault/badSequence``.
/// A task that is cancelled while it waits closes the connection. ``close()`` or ``quit()`` ends it; a connection that is
/// forgotten is closed.
public final class SMTPConnection: Sendable {
    /// The server's 220.
    public let greeting: ServerReply
    /// What the server offers: what EHLO said, after TLS if there is TLS.
    public let capabilities: ServerCapabilities
    /// TLS, if the connection has it.
    public let tls: PeerTLS?
    /// The address that was connected to.
    public var remoteAddress: SocketAddress? { driver.channel.remoteAddress }

    /// The event loop that carries the connection. A task that runs on it sends without changing threads, for about half the CPU.
    public var eventLoop: any EventLoop { driver.channel.eventLoop }

    let driver: ConnectionDriver

    init(_ driver: ConnectionDriver, _ introduction: ConnectionIntroduction) {
        self.driver = driver
        greeting = introduction.greeting
        capabilities = introduction.capabilities
        tls = introduction.tls
    }

    deinit { driver.channel.close(promise: nil) }

    /// Connects, reads the greeting, says EHLO, secures and authenticates as configured.
    public static func connect(
        to server: ServerAddress, configuration: ClientConfiguration, on group: any EventLoopGroup
    ) async throws(SMTPClientError) -> SMTPConnection {
        let tls = configuration.tls.mode == .none ? nil : try await TLSPreparation.offLoop(configuration.tls)
        return try await connect(to: server, configuration: configuration, tls: tls, on: group)
    }

    /// Connects with TLS that was made ready before.
    static func connect(
        to server: ServerAddress, configuration: ClientConfiguration, tls: TLSPreparation?, on group: any EventLoopGroup
    ) async throws(SMTPClientError) -> SMTPConnection {
        let channel = try await Connector(configuration: configuration, group: group).connect(to: server)
        let driver = try await ConnectionDriver.start(on: channel, server, configuration, tls)
        let answer: ConnectionAnswer
        do throws(SMTPClientError) {
            answer = try await driver.carryOut(.open)
        } catch {
            channel.close(promise: nil)
            throw error
        }
        guard case .ready(let introduction) = answer else { throw .unanswered }
        let connection = SMTPConnection(driver, introduction)
        if let authentication = configuration.authentication {
            do throws(SMTPClientError) {
                try await connection.authenticate(authentication)
            } catch {
                connection.close()
                throw error
            }
        }
        return connection
    }

    /// Whether another message can be sent: the connection is open, its state is known, nothing is under way, and the server hasn't
    /// reached the number of messages it announced (LIMITS, RFC 9422).
    public var isReusable: Bool { driver.status.isReusable }

    /// Sends a message and brings what became of each recipient.
    ///
    /// - Throws: when there is no answer for every recipient: the connection or the source broke, time ran out, or the message
    ///   needs what the server lacks (then nothing was sent, and the connection can go on).
    public func send(_ transaction: MailTransaction, _ content: MessageContent) async throws(SMTPClientError)
        -> SendResult
    {
        switch content.source {
        case .bytes(let buffer, let survey):
            guard case .finished(let result) = try await driver.carryOut(.send(transaction, .memory(buffer, survey)))
            else { throw .unanswered }
            return result
        case .reader, .stream:
            return try await sendStreaming(transaction, content)
        }
    }

    /// Sends messages one behind the other, and brings what became of each, in their order.
    ///
    /// To a server that pipelines the commands of each message go out with the content of the one before (RFC 2920 §3.1): half of the
    /// round trips, and less than half of the processor's time. A message whose content is streamed goes by itself between the others.
    /// When the connection breaks, the error of each message says whether the server can have it
    /// (``SMTPClientError/isSafeToRetry``).
    public func send(_ messages: [(transaction: MailTransaction, content: MessageContent)]) async
        -> [Result<SendResult, SMTPClientError>]
    {
        var results: [Result<SendResult, SMTPClientError>] = []
        results.reserveCapacity(messages.count)
        var batch: [MessageBatch.Message] = []
        for (transaction, content) in messages {
            if case .bytes(let buffer, let survey) = content.source {
                batch.append(MessageBatch.Message(transaction: transaction, buffer: buffer, survey: survey))
                continue
            }
            results += await send(batch)
            batch = []
            do throws(SMTPClientError) { results.append(.success(try await send(transaction, content))) } catch {
                results.append(.failure(error))
            }
        }
        return results + (await send(batch))
    }

    private func send(_ batch: [MessageBatch.Message]) async -> [Result<SendResult, SMTPClientError>] {
        guard !batch.isEmpty else { return [] }
        let failure: SMTPClientError
        do throws(SMTPClientError) {
            if case .finishedAll(let results) = try await driver.carryOut(.sendAll(batch)) { return results }
            failure = .unanswered
        } catch { failure = error }
        return batch.map { _ in .failure(failure) }
    }

    private func sendStreaming(_ transaction: MailTransaction, _ content: MessageContent) async throws(SMTPClientError)
        -> SendResult
    {
        var slices = ContentSlices(content)
        var answer = try await driver.carryOut(.send(transaction, .streamed(size: content.size)))
        while case .content = answer {
            do {
                guard let slice = try await slices.next() else {
                    answer = try await driver.carryOut(.end)
                    break
                }
                answer = try await driver.carryOut(.feed(slice))
            } catch {
                // The server must not see an end.
                close()
                throw (error as? SMTPClientError)
                    ?? SMTPClientError(stage: .content, kind: .client, reason: .content, underlying: error)
            }
        }
        guard case .finished(let result) = answer else { throw .unanswered }
        return result
    }

    /// Sends a command that has one reply, such as `VRFY` or `NOOP`, without its CRLF.
    ///
    /// EHLO, HELO, LHLO, STARTTLS, AUTH, DATA, BDAT and QUIT change what the connection has to know of and are refused.
    public func command(_ line: [UInt8]) async throws(SMTPClientError) -> ServerReply {
        guard case .reply(let reply) = try await driver.carryOut(.command(line)) else { throw .unanswered }
        return reply
    }

    /// Asks the server whether it is still there: NOOP.
    public func test() async throws(SMTPClientError) {
        let reply = try await command(Array("NOOP".utf8))
        guard reply.isCompletion else { throw SMTPClientError(fault: .refused(reply), stage: .command) }
    }

    /// Says QUIT, waits for the reply, closes. Never fails: there is nothing to lose.
    public func quit() async {
        _ = try? await driver.carryOut(.quit)
        close()
    }

    /// Closes without a word.
    public func close() { driver.channel.close(promise: nil) }
}
