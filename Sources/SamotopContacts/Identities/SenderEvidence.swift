import InternetMessage
import SamotopCore

/// What the evidence of a session proves (RFC 8601 results by SPF, DKIM, DMARC and ARC).
///
/// A chain that holds proves nothing by itself: anybody can seal. It counts when its result says what a trusted sealer has seen,
/// `arc=pass header.from=example.org policy.dmarc=pass` (M22).
struct SenderEvidence: Sendable {
    private var spfPass: [UInt8]?
    private var spfDenies = false
    private var signers: [[UInt8]] = []
    /// Of signatures that leave open what a reader is shown.
    private var weakSigners: [[UInt8]] = []
    private var dmarcPass: [UInt8]?
    private var dmarcDenies = false
    private var vouchedFor: [UInt8]?

    init(_ evidence: [AuthenticationResult]) {
        for result in evidence {
            let isPass = result.result == .pass
            switch result.method {
            case .spf:
                // The HELO identity proves nobody's address (M01).
                guard let domain = result.value(.smtp, .mailfrom)?.map(\.foldedASCII) else { continue }
                spfPass = isPass ? domain : nil
                spfDenies = result.result == .fail || result.result == .softfail
            case .dkim where isPass:
                guard let domain = result.value(.header, .d)?.map(\.foldedASCII) else { continue }
                if Self.coversWhatIsShown(result) { signers.append(domain) } else { weakSigners.append(domain) }
            case .dmarc:
                dmarcPass = isPass ? result.value(.header, .from)?.map(\.foldedASCII) : nil
                dmarcDenies = result.result == .fail
            case .arc where isPass && result.value(.policy, .dmarc).map { $0.elementsEqual("pass".utf8) } == true:
                vouchedFor = result.value(.header, .from)?.map(\.foldedASCII)
            default: continue
            }
        }
    }

    /// How the reverse-path's domain is proved.
    func proofs(ofReversePath domain: [UInt8]) -> Set<Identity.Proof> {
        !domain.isEmpty && spfPass == domain ? [.spf] : []
    }

    /// How the author's domain is proved.
    func proofs(ofAuthor domain: [UInt8]) -> Set<Identity.Proof> {
        guard !domain.isEmpty else { return [] }
        var proofs: Set<Identity.Proof> = []
        if let spfPass, DomainRelation.isSameOrAbove(spfPass, domain) { proofs.insert(.spf) }
        if signs(for: domain) { proofs.insert(.dkim) }
        if dmarcPass == domain, !restsOnWeakSignature(of: domain) { proofs.insert(.dmarc) }
        if vouchedFor == domain { proofs.insert(.arc) }
        return proofs
    }

    /// M14: a signature that leaves open what a reader is shown may be replayed under another subject, from anywhere. Is it all
    /// that DMARC could go by? What else passes counts only for a domain that is related to the author's.
    private func restsOnWeakSignature(of domain: [UInt8]) -> Bool {
        let end = DomainRelation.lastTwoLabels(of: domain)
        guard weakSigners.contains(where: { DomainRelation.isSameOrAbove(end, $0) }) else { return false }
        return !(signers + [spfPass ?? []]).contains { !$0.isEmpty && DomainRelation.isRelated($0, domain) }
    }

    /// Whether a signature of this domain, or of one above it, holds.
    func signs(for domain: [UInt8]) -> Bool { signers.contains { DomainRelation.isSameOrAbove($0, domain) } }

    /// Whether the sender's domain says that this is not its mail: then its network alone stands for nobody.
    var isDenied: Bool { spfDenies || dmarcDenies }

    /// M14: who replays a message can change a field that isn't signed.
    private static func coversWhatIsShown(_ result: AuthenticationResult) -> Bool {
        guard let reason = result.reason, reason.starts(with: "not signed: ".utf8) else { return true }
        let open = reason.dropFirst(12).split(separator: UInt8(ascii: ",")).map { $0.drop { $0 == 0x20 } }
        return !open.contains { $0.elementsEqual("from".utf8) || $0.elementsEqual("subject".utf8) }
    }
}

extension AuthenticationResult {
    /// The result as a person reads it: `method=result ptype.property=value`.
    var line: String {
        let properties = properties.map {
            " \(text($0.type)).\(text($0.name))=\(String(decoding: $0.value, as: UTF8.self))"
        }
        return "\(text(method))=\(text(result))" + properties.joined()
    }

    private func text(_ keyword: AuthenticationKeyword) -> String { String(decoding: keyword.bytes, as: UTF8.self) }
}
