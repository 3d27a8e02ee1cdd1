/// Why a certificate isn't had.
public enum ACMEError: Error, Sendable, Hashable {
    /// The authority refused, and said why.
    case refused(ACMEProblem, retryAfter: Int?)
    /// The authority answered something that RFC 8555 doesn't allow.
    case malformed(String)
    /// The authority wants an account that was arranged elsewhere (RFC 8555 §7.3.4), which this client can't bind.
    case externalAccount
    /// The authority's terms must be agreed to first; where they are.
    case terms(String)
    /// The authority doesn't offer the challenge for this name.
    case noChallenge(name: String, offered: [String])
    /// The authority's proof of these names, in lower case, failed, and why that of the first did.
    case unproven(names: [String], ACMEProblem?)
    /// It takes too long.
    case timeout(String)
    /// What was issued isn't what was asked for.
    case otherCertificate(String)
}

extension ACMEError: CustomStringConvertible {
    /// For the operator. Parts of it are the authority's words.
    public var description: String {
        switch self {
        case .refused(let problem, _): "the authority refuses: \(problem)"
        case .malformed(let what): "the authority's answer can't be understood: \(what)"
        case .externalAccount: "the authority wants an account that was made elsewhere; name another directory"
        case .terms(let place): "the authority has terms of service: read \(place), then write agree-to-terms: true"
        case .noChallenge(let name, let offered):
            "the authority doesn't offer this challenge for \(name), but \(offered.joined(separator: ", "))"
        case .unproven(let names, let problem):
            "the authority couldn't prove that \(names.joined(separator: ", ")) is this host: "
                + (problem.map { "\($0)" } ?? "it says no more")
        case .timeout(let what): "\(what) took too long"
        case .otherCertificate(let what): "the authority issued another certificate than was asked for: \(what)"
        }
    }

    /// Seconds to wait before the next try, where the authority says so, or has issued in vain: it counts what it issues.
    public var retryAfter: Int? {
        switch self {
        case .refused(_, let seconds): seconds
        case .otherCertificate: 3_600
        default: nil
        }
    }
}

/// A problem document (RFC 9457, RFC 8555 §6.7).
public struct ACMEProblem: Error, Sendable, Hashable, Decodable {
    /// For example `urn:ietf:params:acme:error:rateLimited`.
    public let type: String
    /// In the authority's words.
    public let detail: String
    /// One for each name that was refused, where several were.
    public let subproblems: [ACMEProblem]

    enum CodingKeys: CodingKey { case type, detail, subproblems }

    init(type: String, detail: String, subproblems: [ACMEProblem] = []) {
        self.type = type
        self.detail = detail
        self.subproblems = subproblems
    }

    /// From JSON; what is missing is empty.
    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        type = try members.decodeIfPresent(String.self, forKey: .type) ?? "about:blank"
        detail = try members.decodeIfPresent(String.self, forKey: .detail) ?? ""
        subproblems = try members.decodeIfPresent([ACMEProblem].self, forKey: .subproblems) ?? []
    }

    /// Whether it is this one of RFC 8555 §6.7, for example `badNonce`.
    func `is`(_ name: String) -> Bool { type == "urn:ietf:params:acme:error:\(name)" }
}

extension ACMEProblem: CustomStringConvertible {
    /// The last part of the type and the detail.
    public var description: String {
        let name = type.split(separator: ":").last.map(String.init) ?? type
        let more = subproblems.prefix(3).map { "; \($0)" }.joined()
        return "\(detail) (\(name))\(more)"
    }
}
