import InternetMessage
import NameResolution

/// An `ARC-Seal` field (AS, RFC 8617 §4.1.3). Nothing is verified yet.
struct ARCSeal: Sendable {
    /// `cv=`: what the sealer found of the chain before it.
    enum ChainValidation: String, Sendable {
        case none
        case pass
        case fail

        init?(_ word: some Collection<UInt8>) {
            if word.isWord("none") {
                self = .none
            } else if word.isWord("pass") {
                self = .pass
            } else if word.isWord("fail") {
                self = .fail
            } else {
                return nil
            }
        }
    }

    let algorithm: DKIMAlgorithm
    /// `b=`, decoded.
    let signature: [UInt8]
    let domain: DNSName
    let selector: DNSName
    let chainValidation: ChainValidation
    /// Where the value of `b=` stands in the body of the field.
    let signatureRange: Range<Int>

    /// The name of the key record; nil when it would be too long for a name.
    var keyName: DNSName? { DKIMSignature.keyName(selector: selector, domain: domain) }

    init(_ list: TagList) throws {
        // RFC 8617 §4.1.3: h= is not allowed, and fails the chain.
        guard list["h"] == nil else { throw DKIMSignature.Failure.Kind.invalidTag("h") }
        let value = try SignatureValue(list)
        algorithm = try list.algorithm()
        signature = value.octets
        signatureRange = value.range
        domain = try list.domain()
        selector = try list.selector()
        _ = try list.time("t")
        guard let chainValidation = ChainValidation(try list.required("cv")) else {
            throw DKIMSignature.Failure.Kind.invalidTag("cv")
        }
        self.chainValidation = chainValidation
    }
}
