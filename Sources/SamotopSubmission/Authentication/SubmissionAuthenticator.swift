public import SamotopCore

/// Several ways to sign in, offered in one order.
public struct SubmissionAuthenticator: Authenticator {
    private let parts: [any Authenticator]
    private let order: [SubmissionMechanism]

    /// - Parameters:
    ///   - parts: what each does; of two that know a mechanism the first is asked.
    ///   - order: mechanisms that are offered where a part can, best first.
    public init(_ parts: [any Authenticator], order: [SubmissionMechanism]) {
        self.parts = parts
        self.order = order
    }

    public func mechanisms(for session: Session) -> [String] {
        let known = Set(parts.flatMap { $0.mechanisms(for: session) })
        return order.map(\.rawValue).filter(known.contains)
    }

    public func begin(_ mechanism: String, in session: Session) -> (any AuthenticationExchange)? {
        guard order.contains(where: { $0.rawValue == mechanism }) else { return nil }
        return parts.first { $0.mechanisms(for: session).contains(mechanism) }?.begin(mechanism, in: session)
    }
}
