public import SMTP
public import SamotopCore
import Synchronization

/// A session in memory, without a socket: the client's side for tests.
public final class MemoryConnection: DialogueConnection {
    private let session: MailSession
    private let pieces: Int
    private let wakes: WakeCounter
    private var input: [UInt8] = []
    private var output: [UInt8] = []
    private var isEnded = false
    private var isPaused = false

    /// Opens a session on a service.
    ///
    /// - Parameters:
    ///   - pieceSize: the client's writes arrive in pieces of so many octets.
    ///   - tls: what is known of the TLS that the session begins inside.
    public init(
        _ service: MailService, role: Role = .mx, client: ClientAddress = .ipv4([192, 0, 2, 7]),
        encryption: ServerSession.Encryption = .unavailable, pieceSize: Int = .max, tls: TLSFacts? = nil
    ) async {
        let wakes = WakeCounter()
        self.wakes = wakes
        pieces = max(1, pieceSize)
        session = MailSession(
            service, role: role, client: client, encryption: encryption,
            tls: encryption == .active ? tls ?? Self.tls : nil, wake: { wakes.wake() })
        await run()
    }

    private static let tls = TLSFacts(version: "TLSv1.3", cipher: "TLS_AES_128_GCM_SHA256")

    public func send(_ octets: [UInt8]) async throws {
        var rest = octets[...]
        while !rest.isEmpty, !isEnded {
            input += rest.prefix(pieces)
            rest = rest.dropFirst(pieces)
            await run()
        }
    }

    public func receive() async throws -> [UInt8] {
        if output.isEmpty, isPaused {
            isPaused = false
            session.pauseEnded()
            await run()
        }
        defer { output = [] }
        return output
    }

    public func startTLS() async throws {
        session.secured(Self.tls)
        await run()
    }

    public func drop() async throws {
        isEnded = true
        session.disconnected()
    }

    public func isClosed() async throws -> Bool { isEnded }

    private func run() async {
        while !isEnded {
            var consumed = 0
            let seen = wakes.count
            let bytes = input
            let effect = session.next(bytes.span, consumed: &consumed)
            input.removeFirst(consumed)
            switch effect {
            case .read: return
            case .wait:
                if isPaused { return }
                await wakes.next(after: seen)
            case .send(let octets): output += octets
            case .pause: isPaused = true
            case .secure: return
            case .close:
                isEnded = true
                session.disconnected()
            }
        }
    }
}

/// Counts wakes, and lets the session wait for the next one.
private final class WakeCounter: Sendable {
    private struct State {
        var count = 0
        var waiting: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    var count: Int { state.withLock { $0.count } }

    func wake() {
        let waiting = state.withLock { state in
            state.count += 1
            defer { state.waiting = nil }
            return state.waiting
        }
        waiting?.resume()
    }

    func next(after seen: Int) async {
        await withCheckedContinuation { continuation in
            let hasCome = state.withLock { state in
                if state.count > seen { return true }
                state.waiting = continuation
                return false
            }
            if hasCome { continuation.resume() }
        }
    }
}
