import SamotopCore

/// `listeners:`, one place that takes connections.
struct ListenerSettings: Sendable, Hashable {
    enum Role: String, CaseIterable { case mx, lmtp, submission }
    enum TLS: String, CaseIterable { case none, starttls, implicit }

    /// The section's key; names the listener in logs and metrics.
    var name: String
    var role = Role.mx
    var addresses: [ListenAddress]
    var tls = TLS.starttls
    /// Refuse everything but EHLO, NOOP, STARTTLS and QUIT before TLS (RFC 3207 §4).
    var requireTLS = false
    /// From these networks the client's address is taken from the PROXY protocol, and only from these.
    var proxyProtocolFrom: [IPNetwork] = []
    /// Permission bits of a Unix socket.
    var mode: UInt32 = 0o660

    init(name: String, role: Role = .mx, addresses: [ListenAddress], tls: TLS = .starttls) {
        self.name = name
        self.role = role
        self.addresses = addresses
        self.tls = tls
    }

    init(_ reader: SectionReader, name: String) {
        self.name = name
        role = reader.value("role", Choice.of(Role.self)) ?? .mx
        addresses = reader.list("listen", ListenAddress.parse) ?? []
        tls = reader.value("tls", Choice.of(TLS.self)) ?? (role == .lmtp ? .none : .starttls)
        requireTLS = reader.value("require-tls", Choice.flag) ?? (role == .submission && tls != .none)
        proxyProtocolFrom = reader.list("proxy-protocol-from", Network.parse) ?? []
        mode = reader.value("mode", Self.mode) ?? mode
        check(reader)
        reader.finish()
    }

    private func check(_ reader: SectionReader) {
        if !reader.has("listen") {
            reader.complain(
                "listen", "missing; write an address like 0.0.0.0:25, [::]:25, unix:/run/samotop/lmtp or systemd:mx")
        }
        if role == .submission, tls == .none {
            reader.complain("tls", "passwords don't go in clear; use starttls (port 587) or implicit (port 465)")
        } else if role == .submission, !requireTLS {
            reader.complain("require-tls", "passwords don't go in clear; remove the key")
        } else if requireTLS, tls == .none {
            reader.complain("require-tls", "can't be true while tls is none; set tls to starttls or implicit")
        }
        for network in proxyProtocolFrom where network.length == 0 {
            reader.complain(
                "proxy-protocol-from", "\(network) lets any client forge its address; name the proxies' networks")
        }
        if reader.has("mode"), !addresses.contains(where: \.isUnix) {
            reader.complain("mode", "only a unix: address has a mode; remove the key")
        }
        guard role == .lmtp else { return }
        for address in addresses {
            // RFC 2033 §5: LMTP isn't to be spoken on port 25.
            if case .tcp(_, port: 25) = address {
                reader.complain(
                    "listen", "LMTP must not be on port 25 (RFC 2033 §5); use another port or a unix: socket")
            } else if case .tcp = address, !address.isLocal, !requireTLS {
                reader.complain(
                    "listen", "\(address) offers LMTP in clear to other machines; use loopback, unix: or require-tls")
            }
        }
    }

    static func mode(_ text: String) throws(Unfit) -> UInt32 {
        guard let mode = UInt32(text, radix: 8), mode <= 0o777 else {
            throw Unfit("not permission bits: \(Quantity.quoted(text)); write octal digits in quotes, like \"0660\"")
        }
        return mode
    }
}

extension ListenAddress {
    fileprivate var isUnix: Bool {
        if case .unix = self { true } else { false }
    }
}
