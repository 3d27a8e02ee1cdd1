public import InternetMessage
public import NameResolution

/// What validating the chain of a message found (RFC 8617 §5.2).
public struct ARCFinding: Sendable, Hashable {
    /// The Chain Validation Status of RFC 8617 §4.4, and one more.
    public enum Result: String, Sendable, Hashable, CaseIterable {
        /// There is no chain.
        case none
        /// The chain holds.
        case pass
        /// The chain doesn't hold, and never will (RFC 8617 §5.2).
        case fail
        /// A key can't be asked for now. RFC 8617 has no word for that.
        case temperror
    }

    /// What one sealer said of a message when it came to it.
    public struct Assertion: Sendable, Hashable {
        /// The place of its set in the chain, from 1.
        public let instance: Int
        /// `d=` of its seal.
        public let sealer: DNSName
        /// Its ARC-Authentication-Results. Nil: they can't be read.
        public let results: AuthenticationResults?
    }

    /// The result.
    public let result: Result
    /// Why, in a few words.
    public let reason: String
    /// What the sealers said, the oldest first. Only with ``Result/pass``: otherwise it is empty.
    public let assertions: [Assertion]
    /// The instance of the oldest message signature that still holds: since then the message was not changed. 0: it was
    /// never changed since the first (RFC 8617 §5.2 step 5). Nil: the chain doesn't pass.
    public let oldestPass: Int?
    /// The highest instance in the message, of a broken chain too; 0 when there are none.
    public let highestInstance: Int
    /// The newest seal says that the chain had failed already.
    public let isMarkedAsFailed: Bool

    init(
        _ result: Result, _ reason: String, chain: ARCChain, assertions: [Assertion] = [], oldestPass: Int? = nil
    ) {
        self.result = result
        self.reason = reason
        self.assertions = assertions
        self.oldestPass = oldestPass
        highestInstance = chain.highestInstance
        isMarkedAsFailed = chain.isMarkedAsFailed
    }

    /// The result for an Authentication-Results field, with header.oldest-pass (RFC 8617 §7.2). smtp.remote-ip, which
    /// is asked for too, is for the one to add who knows it.
    public var authenticationResult: AuthenticationResult {
        let properties = oldestPass.map { [AuthenticationResult.Property(.header, .oldestPass, Array("\($0)".utf8))] }
        return AuthenticationResult(
            method: .arc, result: result.keyword, reason: result == .none ? nil : Array(reason.utf8),
            properties: properties ?? [])
    }

    /// What those sealers said that are trusted, the newest first; nothing unless the chain passes.
    ///
    /// A chain that holds proves who said what, not that it is true: anybody can seal (RFC 8617 §9.4). And a sealer may
    /// have changed the message after what others said before. So a word counts as long as its sealer and all after it
    /// are trusted: the list ends before the first sealer, from the newest on, that isn't.
    ///
    /// - Parameter sealers: domains whose word is taken, compared with `d=` of the seals as they are.
    public func trustedAssertions(of sealers: Set<DNSName>) -> [Assertion] {
        guard result == .pass else { return [] }
        return Array(assertions.reversed().prefix { sealers.contains($0.sealer) })
    }
}

extension ARCFinding.Result {
    /// The word of RFC 8601.
    public var keyword: AuthenticationKeyword {
        switch self {
        case .none: .none
        case .pass: .pass
        case .fail: .fail
        case .temperror: .temperror
        }
    }
}
