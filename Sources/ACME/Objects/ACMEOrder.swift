/// A name that a certificate is for (RFC 8555 §9.7.7).
struct ACMEIdentifier: Sendable, Hashable, Codable {
    var type = "dns"
    let value: String
}

/// An order for one certificate (RFC 8555 §7.1.3).
struct ACMEOrder: Sendable, Hashable, Decodable {
    enum Status: String, Decodable { case pending, ready, processing, valid, invalid }

    let status: Status
    let authorizations: [String]
    let finalize: String
    let certificate: String?
    let error: ACMEProblem?
}

/// The authority's proof that a name is ours (RFC 8555 §7.1.4).
struct ACMEAuthorization: Sendable, Hashable, Decodable {
    enum Status: String, Decodable { case pending, valid, invalid, deactivated, expired, revoked }

    /// RFC 8555 §7.1.5. The status may be one that nobody knows yet: challenges that aren't chosen aren't looked at.
    struct Challenge: Sendable, Hashable, Decodable {
        let type: String
        let url: String
        let token: String?
        let status: String?
        let error: ACMEProblem?
    }

    let identifier: ACMEIdentifier
    let status: Status
    let challenges: [Challenge]
}
