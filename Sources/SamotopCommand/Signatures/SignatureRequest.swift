/// What `samotop signatures` asks a running server: a line of JSON on the control socket.
struct SignatureRequest: Codable, Sendable {
    enum Action: String, Codable, CaseIterable {
        case list, show, pin, unpin, accept, adopt, hold, release, watch, unwatch, lower
    }

    var action: Action
    var domain: String?
    /// SHA-256 of public keys, in hexadecimal digits.
    var keys: [String] = []
    /// The domain of the last line of the page before.
    var after: String?

    init(_ action: Action, domain: String? = nil) {
        self.action = action
        self.domain = domain
    }
}
