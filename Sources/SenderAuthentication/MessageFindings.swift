public import InternetMessage
import NameResolution

/// What DKIM, ARC and DMARC say of a message.
public struct MessageFindings: Sendable {
    /// The domain of the author, or why there is none.
    public let author: Result<AuthorDomain, AuthorDomain.Failure>
    /// One for each signature, or a single one that says that there is none.
    public let signatures: [DKIMFinding]
    /// Of the chain.
    public let arc: ARCFinding?
    /// Of the author's domain.
    public let dmarc: DMARCFinding
    /// What trusted sealers said of the message, the newest first.
    public let trustedAssertions: [ARCFinding.Assertion]

    /// The results as they stand in an Authentication-Results field. A chain that isn't there is not told.
    public var authenticationResults: [AuthenticationResult] {
        let chain = arc.flatMap { $0.result == .none ? nil : [$0.authenticationResult] } ?? []
        return signatures.map(\.authenticationResult) + chain + [dmarc.authenticationResult]
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
        let name = Array("list-id".utf8)
        return signatures.contains { finding in
            finding.result == .pass && finding.signedNames.contains { $0.elementsEqual(name) }
        }
    }

    static func notInTime(_ author: Result<AuthorDomain, AuthorDomain.Failure>) -> MessageFindings {
        MessageFindings(author: author, signatures: [], arc: nil, dmarc: .notInTime, trustedAssertions: [])
    }
}

extension DMARCFinding {
    static let notInTime = DMARCFinding(.temperror, "no answer in time")
}
