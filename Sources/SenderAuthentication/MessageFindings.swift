public import InternetMessage
import NameResolution

/// What DKIM, ARC and DMARC say of a message.
public struct MessageFindings: Sendable {
    /// The domain of the author, or why there is none.
    public let author: Result<AuthorDomain, AuthorDomain.Failure>
    /// Fields that may be there once, and are there more often.
    public let repeated: [SignatureCoverage.Field]
    /// One for each signature, or a single one that says that there is none.
    public let signatures: [DKIMFinding]
    /// Of the chain.
    public let arc: ARCFinding?
    /// Of the author's domain.
    public let dmarc: DMARCFinding
    /// What trusted sealers said of the message, the newest first.
    public let trustedAssertions: [ARCFinding.Assertion]

    /// The results as they stand in an Authentication-Results field. A chain that isn't there is not told; a signature that
    /// passes tells which of the fields that a reader goes by it leaves open (RFC 6376 §8.15).
    public var authenticationResults: [AuthenticationResult] {
        let chain = arc.flatMap { $0.result == .none ? nil : [vouched($0.authenticationResult)] } ?? []
        return signatures.map(Self.result) + chain + [dmarc.authenticationResult]
    }

    /// Whose domain a trusted sealer vouches for stands beside the chain's result: that a chain holds says nothing of anyone.
    private func vouched(_ result: AuthenticationResult) -> AuthenticationResult {
        guard case .success(let author) = author, vouches(for: author.name) else { return result }
        var result = result
        result.properties.append(.init(.header, .from, author.name.textOctets))
        result.properties.append(.init(.policy, .dmarc, Array("pass".utf8)))
        return result
    }

    private func vouches(for author: DNSName) -> Bool {
        trustedAssertions.contains { assertion in
            assertion.results?.results.contains { result in
                result.method == .dmarc && result.result == .pass
                    && result.value(.header, .from).flatMap { DNSName(internationalized: $0) } == author
            } ?? false
        }
    }

    private static func result(_ finding: DKIMFinding) -> AuthenticationResult {
        var result = finding.authenticationResult
        let open = finding.result == .pass ? finding.coverage?.unprotected() ?? [] : []
        if !open.isEmpty { result.reason = Array("not signed: \(open.map(\.rawValue).joined(separator: ", "))".utf8) }
        return result
    }

    /// A trusted sealer has seen DMARC pass before the message was changed on its way.
    public var isVouchedFor: Bool {
        trustedAssertions.contains { assertion in
            assertion.results?.results.contains { $0.method == .dmarc && $0.result == .pass } ?? false
        }
    }

    /// It comes by way of a mailing list that signed for it: `List-Id` is among the fields of a valid signature. Lists change
    /// what they pass on, so that their authors' own signatures break.
    public var isFromList: Bool {
        signatures.contains { finding in
            finding.result == .pass && finding.names.contains(.listID)
        }
    }

    static func notInTime(_ message: SignedMessage) -> MessageFindings {
        MessageFindings(
            author: AuthorDomain.result(in: message.header), repeated: message.repeatedFields, signatures: [], arc: nil,
            dmarc: .notInTime, trustedAssertions: [])
    }
}

extension DMARCFinding {
    static let notInTime = DMARCFinding(.temperror, "no answer in time")
}

extension SignedMessage {
    /// Fields that may be there once, and are there more often.
    var repeatedFields: [SignatureCoverage.Field] {
        zip(SignatureCoverage.Field.allCases, signedHeader.counts).compactMap { field, count in
            count > 1 && SignatureCoverage.shown.contains(field) ? field : nil
        }
    }
}
