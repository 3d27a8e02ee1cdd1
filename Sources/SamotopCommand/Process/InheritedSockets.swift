#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Sockets that systemd opened for us (the protocol of sd_listen_fds(3)), by their names.
struct InheritedSockets: Sendable {
    private let descriptors: [String: [CInt]]

    /// Takes them out of the environment; empty when they aren't for this process.
    ///
    /// - Parameter first: the first descriptor, 3 by the protocol.
    init(environment: [String: String], process: pid_t = getpid(), first: CInt = 3) {
        var descriptors: [String: [CInt]] = [:]
        if environment["LISTEN_PID"] == "\(process)", let count = environment["LISTEN_FDS"].flatMap({ CInt($0) }),
            (1...1024).contains(count)
        {
            let names = (environment["LISTEN_FDNAMES"] ?? "").split(separator: ":", omittingEmptySubsequences: false)
            for index in 0..<count {
                let name = Int(index) < names.count ? String(names[Int(index)]) : "unknown"
                descriptors[name, default: []].append(first + index)
            }
        }
        self.descriptors = descriptors
    }

    /// The names, for messages.
    var names: [String] { descriptors.keys.sorted() }

    /// The listening sockets of a name, taken over: they don't leak into child processes.
    func sockets(named name: String) -> [ListeningSocket] {
        (descriptors[name] ?? []).map { descriptor in
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            let port = ListeningSocket.boundPort(descriptor)
            if port != nil { ListeningSocket.sendAtOnce(descriptor) }
            return ListeningSocket(descriptor: descriptor, address: .systemd(name), port: port)
        }
    }
}
