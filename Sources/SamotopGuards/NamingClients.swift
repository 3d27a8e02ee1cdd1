import InternetMessage
public import NameResolution
import SMTP
public import SamotopCore
import SenderAuthentication

/// Does the client's address have a name that leads back to it? Asked when it greets; evidence by the method `iprev` of RFC 8601.
public struct NamingClients: MailGuard {
    /// What becomes of clients without a confirmed name.
    public enum Consequence: Sendable, Hashable {
        case mark
        /// 450 4.7.25.
        case postpone
        /// 550 5.7.25; while the DNS doesn't answer 451 4.4.3.
        case reject
    }

    private let lookup: ReverseLookup
    private let consequence: Consequence
    private let exempts: @Sendable (ClientAddress) -> Bool

    /// - Parameter exempts: clients that nothing is asked about.
    public init(
        with resolver: any Resolver, unnamed consequence: Consequence = .mark,
        exempts: @escaping @Sendable (ClientAddress) -> Bool = { _ in false }
    ) {
        lookup = ReverseLookup(resolver: resolver)
        self.consequence = consequence
        self.exempts = exempts
    }

    public var name: String { "reverse lookup" }
    public var isForStrangers: Bool { true }
    public var provides: Set<String> { ["iprev"] }

    public func hello(_ session: inout Session) async throws -> Verdict {
        guard !exempts(session.client), let address = session.stranger, let hello = session.hello?.domain else {
            return .pass
        }
        let finding = await lookup.evaluate(address)
        var result = finding.authenticationResult
        if finding.result == .pass {
            let match = await lookup.match(hello, finding)
            let sign = finding.genericSign == nil ? "" : ", looks generic"
            result.reason = Array("greeting: \(match.rawValue)\(sign)".utf8)
        }
        session.evidence.append(result)
        switch (finding.result, consequence) {
        case (.pass, _), (_, .mark): return .pass
        case (.temperror, _): return .postpone(Refusal(.noAnswer, cause: "reverse lookup: \(finding.reason)"))
        case (_, .postpone): return .postpone(Refusal(.noName, cause: "reverse lookup: \(finding.reason)"))
        case (_, .reject): return .reject(Refusal(.noName, cause: "reverse lookup: \(finding.reason)"))
        }
    }
}

extension ReplyWords {
    /// RFC 7372 §3.3.
    static let noName = ReplyWords(50, 7, 25, "Your address has no name that leads back to it")
}
