import NameResolution

/// All listening sockets, opened before rights are given up.
struct OpenListeners: Sendable {
    var mail: [(settings: ListenerSettings, socket: ListeningSocket)] = []
    var metrics: ListeningSocket?
    /// For the MTA-STS policy.
    var policy: ListeningSocket?
    /// For the challenges of an authority.
    var challenges: [ListeningSocket] = []
    /// For programs that have our accounts authenticated.
    var authentication: ListeningSocket?

    /// Where mail comes in, of TCP.
    var bound: [(address: IPAddress, port: UInt16)] {
        mail.compactMap { ListeningSocket.bound($0.socket.descriptor) }
    }

    /// Opens or takes over everything, or tells of each one that can't be.
    init(_ configuration: Configuration, inherited: InheritedSockets) throws(StartFailure) {
        var problems: [Problem] = []
        for listener in configuration.listeners {
            let key = "listeners.\(SectionReader.quoted(listener.name)).listen"
            for address in listener.addresses {
                if case .systemd(let name) = address {
                    let sockets = inherited.sockets(named: name)
                    mail += sockets.map { (listener, $0) }
                    if sockets.isEmpty { problems.append(configuration.problem(key, Self.missing(name, inherited))) }
                    continue
                }
                if let socket = Self.open(address, listener.mode, configuration, key, &problems) {
                    mail.append((listener, socket))
                }
            }
        }
        if let address = configuration.metrics {
            metrics = Self.open(address, 0o600, configuration, "metrics.listen", &problems)
        }
        if let address = configuration.policy.listen {
            if case .systemd(let name) = address {
                policy = inherited.sockets(named: name).first
                if policy == nil {
                    problems.append(configuration.problem("mta-sts.listen", Self.missing(name, inherited)))
                }
            } else {
                policy = Self.open(address, 0o660, configuration, "mta-sts.listen", &problems)
            }
        }
        for address in configuration.tls.acme?.listen ?? [] {
            if case .systemd(let name) = address {
                let found = inherited.sockets(named: name)
                challenges += found
                if found.isEmpty {
                    problems.append(configuration.problem("tls.acme.listen", Self.missing(name, inherited)))
                }
            } else if let socket = Self.open(address, 0o660, configuration, "tls.acme.listen", &problems) {
                challenges.append(socket)
            }
        }
        if let path = configuration.submission.authSocket {
            authentication = Self.open(
                .unix(path), configuration.submission.authSocketMode, configuration, "submission.auth-socket",
                &problems)
        }
        guard problems.isEmpty else { throw StartFailure(ExitStatus.configuration, problems) }
    }

    private static func open(
        _ address: ListenAddress, _ mode: UInt32, _ configuration: Configuration, _ key: String,
        _ problems: inout [Problem]
    ) -> ListeningSocket? {
        do throws(SystemFailure) {
            return try ListeningSocket.open(address, mode: mode)
        } catch {
            problems.append(configuration.problem(key, Inspection.explain(error, address)))
            return nil
        }
    }

    private static func missing(_ name: String, _ inherited: InheritedSockets) -> String {
        let known = inherited.names.isEmpty ? "none" : inherited.names.joined(separator: ", ")
        return
            "systemd passed no socket named \(Quantity.quoted(name)) (passed: \(known)); set FileDescriptorName= in the socket unit and start through it"
    }
}
