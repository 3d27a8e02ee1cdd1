#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Tells systemd how the service is doing (the protocol of sd_notify(3)); does nothing when nobody asked.
struct ServiceNotifier: Sendable {
    private let path: String?

    /// Takes the socket's name out of the environment.
    init(environment: [String: String]) {
        path = environment["NOTIFY_SOCKET"].flatMap { $0.hasPrefix("/") || $0.hasPrefix("@") ? $0 : nil }
    }

    func ready() { send("READY=1\nSTATUS=Serving\n") }
    func reloading() { send("RELOADING=1\nSTATUS=Reloading\n") }
    func stopping() { send("STOPPING=1\nSTATUS=Waiting for transactions to end\n") }

    private func send(_ message: String) {
        guard let path, var address = UnixAddress(path) else { return }
        let socket = ListeningSocket.open(AF_UNIX, datagram: true)
        guard socket >= 0 else { return }
        defer { close(socket) }
        let bytes = Array(message.utf8)
        _ = address.withPointer { pointer, length in sendto(socket, bytes, bytes.count, 0, pointer, length) }
    }
}
