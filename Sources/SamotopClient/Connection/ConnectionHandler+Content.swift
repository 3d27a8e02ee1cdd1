import NIOCore
import SMTP

/// Content on its way.
struct ContentFeed {
    /// Set when the server asks for content.
    var framing: ClientSession.Framing?
    /// What is left of content in memory; nil when it is streamed.
    var memory: ByteBuffer?
    let survey: ContentSurvey?
    /// Watches streamed content, and makes lines with dots transparent.
    var writer: MailDataWriter?
    let promisedSize: UInt64?
    var octets: UInt64 = 0
    /// A block waits to be taken by the network.
    var isWriting = false
    /// The end was sent, or nothing more may be.
    var isOver = false
}

extension ConnectionHandler {
    /// Octets that are written at once: what ``ClientTimeouts/block`` is for.
    static let blockSize = 256 << 10

    func send(_ transaction: MailTransaction, _ content: OutgoingContent, _ context: ChannelHandlerContext)
        throws(ClientFault)
    {
        var transaction = transaction
        let action: ClientSession.Action
        switch content {
        case .memory(let buffer, let survey):
            action = try session.begin(transaction, survey)
            feed = ContentFeed(memory: buffer, survey: survey, promisedSize: nil)
        case .streamed(let size):
            transaction.parameters.size = size ?? transaction.parameters.size
            action = try session.begin(transaction, nil)
            feed = ContentFeed(memory: nil, survey: nil, promisedSize: size)
        }
        unclaimed = nil
        limitTransaction(context)
        begin(action)
    }

    /// The server waits for content, or a block has left: goes on, if another one may.
    func continueContent() {
        guard let feed, let framing = feed.framing, !feed.isWriting, !feed.isOver, failure == nil else { return }
        if case .chunks = framing, !session.takesChunk { return }
        if feed.memory != nil {
            sendFromMemory(framing)
        } else if completion != nil {
            expect(timeouts.block)
            complete(.success(.content))
        }
    }

    private func sendFromMemory(_ framing: ClientSession.Framing) {
        guard var feed, var memory = feed.memory,
            let block = memory.readSlice(length: min(memory.readableBytes, Self.blockSize))
        else { return }
        feed.memory = memory
        let isLast = memory.readableBytes == 0
        do throws(ClientFault) {
            switch framing {
            case .dot(let allowance):
                var output = [block]
                // Content without a dot at the start of a line goes as it is.
                if feed.survey?.hasLeadingDot != false {
                    var writer = feed.writer ?? MailDataWriter(allowing: allowance)
                    output = [try encode(block, &writer)]
                    feed.writer = writer
                }
                if isLast {
                    let end = MailDataWriter.end(afterLineEnd: feed.survey?.endsWithLineEnd ?? false)
                    output.append(ByteBuffer(bytes: end))
                    session.contentEnded()
                    if let group = nextGroup() { output.append(group) }
                }
                feed.isOver = isLast
                self.feed = feed
                write(output, isLast: isLast)
            case .chunks:
                let header = try session.chunk(octets: UInt64(block.readableBytes), isLast: isLast)
                feed.isOver = isLast
                self.feed = feed
                write([ByteBuffer(bytes: header), block], isLast: isLast)
            }
        } catch {
            failContent(error)
        }
    }

    /// The next octets of streamed content.
    func takeFeed(_ octets: ByteBuffer) throws(ClientFault) {
        guard var feed, feed.memory == nil, let framing = feed.framing, !feed.isWriting, !feed.isOver else {
            throw .badSequence
        }
        guard octets.readableBytes > 0 else { return continueContent() }
        feed.octets &+= UInt64(octets.readableBytes)
        if let size = feed.promisedSize, feed.octets > size { return failContent(nil) }
        do throws(ClientFault) {
            switch framing {
            case .dot(let allowance):
                var writer = feed.writer ?? MailDataWriter(allowing: allowance)
                let output = try encode(octets, &writer)
                feed.writer = writer
                self.feed = feed
                write([output], isLast: false)
            case .chunks(let allowance):
                if let allowance {
                    var writer = feed.writer ?? MailDataWriter(.counted, allowing: allowance)
                    try watch(octets, &writer)
                    feed.writer = writer
                }
                let header = try session.chunk(octets: UInt64(octets.readableBytes), isLast: false)
                self.feed = feed
                write([ByteBuffer(bytes: header), octets], isLast: false)
            }
        } catch {
            failContent(error)
        }
    }

    /// Streamed content is complete.
    func endFeed() throws(ClientFault) {
        guard var feed, feed.memory == nil, let framing = feed.framing, !feed.isWriting, !feed.isOver else {
            throw .badSequence
        }
        if let size = feed.promisedSize, feed.octets != size { return failContent(nil) }
        do throws(ClientFault) {
            let end: [UInt8]
            switch framing {
            case .dot(let allowance):
                end = try (feed.writer ?? MailDataWriter(allowing: allowance)).end()
                session.contentEnded()
            case .chunks:
                _ = try feed.writer?.end()
                end = try session.chunk(octets: 0, isLast: true)
            }
            feed.isOver = true
            self.feed = feed
            write([ByteBuffer(bytes: end)], isLast: true)
        } catch {
            failContent(error)
        }
    }

    /// The result that came while the source was being read.
    func claim(_ wish: ConnectionWish) -> ConnectionAnswer? {
        switch wish {
        case .feed, .end:
            defer { unclaimed = nil }
            return unclaimed
        default: return nil
        }
    }

    /// Content that can't be sent, nil when its source broke its promise: the server must not see its end.
    private func failContent(_ fault: ClientFault?) {
        fail(
            SMTPClientError(
                stage: .content, kind: .client, reason: fault.map { .fault($0) } ?? .content,
                recipients: session.settled))
    }

    private func encode(_ block: ByteBuffer, _ writer: inout MailDataWriter) throws(ClientFault) -> ByteBuffer {
        let input = block.readableBytesUInt8Span
        var output = ByteBufferAllocator().buffer(capacity: input.count + input.count / 64 + 16)
        var index = 0
        while true {
            switch try writer.next(input, from: index) {
            case .octets(let range):
                input.extracting(range).withUnsafeBytes { _ = output.writeBytes($0) }
                index = range.upperBound
            case .dot:
                output.writeInteger(UInt8(ascii: "."))
            case .more:
                return output
            }
        }
    }

    private func watch(_ block: ByteBuffer, _ writer: inout MailDataWriter) throws(ClientFault) {
        let input = block.readableBytesUInt8Span
        var index = 0
        while case .octets(let range) = try writer.next(input, from: index) { index = range.upperBound }
    }

    private func write(_ buffers: [ByteBuffer], isLast: Bool) {
        guard let context else { return }
        expect(isLast ? timeouts.end : timeouts.block)
        for buffer in buffers.dropLast() { context.write(wrapOutboundOut(buffer), promise: nil) }
        guard let last = buffers.last else { return }
        guard !isLast else { return context.writeAndFlush(wrapOutboundOut(last), promise: nil) }
        feed?.isWriting = true
        let written = context.eventLoop.makePromise(of: Void.self)
        let loop = context.eventLoop.assumeIsolated()
        written.futureResult.assumeIsolated().whenSuccess { [weak self] in
            self?.feed?.isWriting = false
            // Not at once: a network that is faster than the source would make that a recursion.
            loop.execute { self?.continueContent() }
        }
        context.writeAndFlush(wrapOutboundOut(last), promise: written)
    }
}
