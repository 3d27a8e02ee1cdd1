import NIOCore
import NIOSSL
import NIOTLS
import Synchronization

/// What a ``SocketClient`` has received, and who waits for more of it.
final class Inbox: Sendable {
    struct Ended: Error, CustomStringConvertible {
        let rest: String
        let cause: String?
        var description: String { "the connection ended after “\(rest)”" + (cause.map { ": \($0)" } ?? "") }
    }

    fileprivate struct State {
        var changes = 0
        var octets: [UInt8] = []
        var isClosed = false
        var isSecured = false
        var error: String?
        var wire: NIOLoopBound<WireHandler>?
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    /// Where the connection can be cut.
    var wire: NIOLoopBound<WireHandler>? {
        get { state.withLock { $0.wire } }
        set { state.withLock { $0.wire = newValue } }
    }

    var isClosed: Bool { state.withLock { $0.isClosed } }
    /// What went wrong on the connection, if anything did.
    var error: String? { state.withLock { $0.error } }

    func line() async throws -> String {
        try await wait { state in
            if let end = state.octets.firstIndex(of: 0x0A) {
                defer { state.octets.removeFirst(end + 1) }
                return String(decoding: state.octets[..<end].filter { $0 != 0x0D }, as: UTF8.self)
            }
            if state.isClosed { throw Self.ended(state) }
            return nil
        }
    }

    func rest() async -> [UInt8] {
        let rest: [UInt8]? = try? await wait { state in
            guard state.isClosed else { return nil }
            defer { state.octets = [] }
            return state.octets
        }
        return rest ?? []
    }

    func secured() async throws {
        try await wait { state in
            if state.isSecured { return () }
            if state.isClosed { throw Self.ended(state) }
            return nil
        }
    }

    private static func ended(_ state: State) -> Ended {
        Ended(rest: String(decoding: state.octets, as: UTF8.self), cause: state.error)
    }

    private func wait<Value>(_ look: (inout State) throws -> Value?) async throws -> Value {
        while true {
            let (value, seen) = try state.withLock { (try look(&$0), $0.changes) }
            if let value { return value }
            await withCheckedContinuation { continuation in
                let hasChanged = state.withLock { state in
                    if state.changes == seen { state.waiting.append(continuation) }
                    return state.changes != seen
                }
                if hasChanged { continuation.resume() }
            }
        }
    }

    fileprivate func change(_ body: (inout State) -> Void) {
        let waiting = state.withLock { state in
            body(&state)
            state.changes += 1
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}

/// The end of a client's pipeline.
final class InboxHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let inbox: Inbox

    init(_ inbox: Inbox) { self.inbox = inbox }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = Array(unwrapInboundIn(data).readableBytesView)
        inbox.change { $0.octets += bytes }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted? = event as? TLSUserEvent { inbox.change { $0.isSecured = true } }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        inbox.change { $0.error = $0.error ?? "\(error)" }
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) { inbox.change { $0.isClosed = true } }
}

/// The start of a client's pipeline, where a connection can be ended without TLS's good-bye.
final class WireHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private var context: ChannelHandlerContext?

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }
    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func close() { context?.close(promise: nil) }
}
