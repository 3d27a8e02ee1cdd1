import NameResolution
import SwiftASN1
import X509

extension DANEFinding {
    /// Bare keys of trust anchors (`2 1 0`) that are tried; more match only what was presented.
    static let maximumBareKeys = 4

    /// Holds what the server presented against the records.
    ///
    /// A record of usage 3 asks for the server's certificate or key and for nothing else, no name, no date (RFC 7671
    /// §5.1). One of usage 2 asks for a path of signatures from the trust anchor, for dates and for one of
    /// ``referenceNames`` (RFC 7672 §3.1.2). Usage 3 is tried first.
    ///
    /// - Parameter now: seconds since 1970.
    /// - Returns: a verdict without a match when no record counts.
    public func verdict(on chain: CertificateChain, at now: Int64) async -> DANEVerdict {
        var attempts = records.map { $0.flaw.map(DANEVerdict.Attempt.unusable) ?? .notTried }
        var matched: Int?
        for (index, assessment) in records.enumerated()
        where assessment.isUsable && assessment.record.usage == 3 && matched == nil {
            let matches = chain.leaf.map(assessment.record.matches) ?? false
            attempts[index] = matches ? .matchedServer : .noMatch
            if matches { matched = index }
        }
        if matched == nil {
            let anchors = DANEAnchors(records, chain)
            for (index, attempt) in await anchors.attempts(names: referenceNames, now: now) {
                attempts[index] = attempt
                if case .matchedAnchor = attempt { matched = matched ?? index }
            }
        }
        return DANEVerdict(
            entries: zip(records, attempts).map { DANEVerdict.Entry(record: $0.record, attempt: $1) }, matched: matched,
            keyFingerprint: chain.leaf?.keyFingerprint)
    }
}

/// The trust anchors that records of usage 2 tell of.
private struct DANEAnchors {
    private struct Anchor {
        let index: Int
        let depth: Int?
        let certificate: Certificate
    }

    private let records: [TLSAAssessment]
    private let chain: CertificateChain

    init(_ records: [TLSAAssessment], _ chain: CertificateChain) {
        self.records = records
        self.chain = chain
    }

    /// What becomes of each record of usage 2 that counts, until one has matched.
    func attempts(names: [DNSName], now: Int64) async -> [(Int, DANEVerdict.Attempt)] {
        let path = CertificatePath(names: names, allowsCommonName: true, now: now)
        var attempts: [(Int, DANEVerdict.Attempt)] = []
        var bareKeys = 0
        for (index, assessment) in records.enumerated() where assessment.isUsable && assessment.record.usage == 2 {
            let record = assessment.record
            let attempt: DANEVerdict.Attempt
            if let depth = presentedDepth(record) {
                attempt = await self.attempt(path, anchor: chain.certificates[depth].certificate, depth: depth)
            } else if record.matchingType == 0, record.selector == 0 {
                attempt = await self.attempt(path, anchor: try? Certificate(derEncoded: record.data), depth: nil)
            } else if record.matchingType == 0, bareKeys < DANEFinding.maximumBareKeys {
                bareKeys += 1
                attempt = await self.attempt(path, key: record.data)
            } else {
                attempt = .noMatch
            }
            attempts.append((index, attempt))
            if case .matchedAnchor = attempt { break }
        }
        return attempts
    }

    /// Where the anchor was presented. Depth 0 is the server's own certificate, which vouches for nobody.
    private func presentedDepth(_ record: TLSARecord) -> Int? {
        chain.certificates.indices.dropFirst().first { record.matches(chain.certificates[$0]) }
    }

    private func attempt(_ path: CertificatePath, anchor: Certificate?, depth: Int?) async -> DANEVerdict.Attempt {
        guard let anchor else { return .notVouchedFor(depth: depth, PathFlaw(.unreadable)) }
        switch await path.find(chain, anchors: CertificateStore([anchor])) {
        case .success: return .matchedAnchor(depth: depth)
        case .failure(let flaw): return .notVouchedFor(depth: depth, flaw)
        }
    }

    /// The anchor is a key without a certificate: whatever it has signed stands in for it.
    private func attempt(_ path: CertificatePath, key: [UInt8]) async -> DANEVerdict.Attempt {
        guard let key = try? Certificate.PublicKey(derEncoded: key) else {
            return .notVouchedFor(depth: nil, PathFlaw(.unreadable))
        }
        var flaw: PathFlaw?
        for (depth, presented) in chain.certificates.enumerated() {
            guard let certificate = presented.certificate, key.isValidSignature(certificate.signature, for: certificate)
            else {
                continue
            }
            let found =
                depth == 0 ? path.flaw(ofSignedByAnchor: certificate) : await self.flaw(path, anchor: certificate)
            guard let found else { return .matchedAnchor(depth: nil) }
            flaw = flaw ?? found
        }
        return .notVouchedFor(depth: nil, flaw ?? PathFlaw(.noPath))
    }

    private func flaw(_ path: CertificatePath, anchor: Certificate) async -> PathFlaw? {
        if case .failure(let flaw) = await path.find(chain, anchors: CertificateStore([anchor])) { flaw } else { nil }
    }
}
