/// What was found of a message, and why: the answer to "would this be taken, and as whose?".
struct Explanation: Encodable, Sendable {
    struct SPF: Encodable, Sendable {
        let result: String
        let reason: String
        let domain: String
        let mechanism: String?
        let explanation: String?
        let steps: [String]
    }

    struct Signature: Encodable, Sendable {
        let result: String
        let reason: String
        let domain: String?
        let selector: String?
        let identity: String?
        let algorithm: String?
        let keyBits: Int?
        let isTesting: Bool
        let signedLength: Int?
        let bodyLength: Int?
        let signedFields: [String]
        /// Fields that a reader goes by, and that could be changed or added without breaking the signature.
        let unprotectedFields: [String]
    }

    struct ARC: Encodable, Sendable {
        let result: String
        let reason: String
        let oldestPass: Int?
        let sealers: [String]
    }

    struct DMARC: Encodable, Sendable {
        let result: String
        let reason: String
        let author: String?
        let policyDomain: String?
        let organizationalDomain: String?
        let policy: String?
        let disposition: String
        let aligned: [String]
    }

    struct ReverseLookup: Encodable, Sendable {
        let result: String
        let reason: String
        let name: String?
        let looksGeneric: String?
        let greeting: String?
    }

    struct Question: Encodable, Sendable {
        let name: String
        let type: String
        let outcome: String
        let records: [String]
        let aliases: [String]
        let security: String
        let timeToLive: UInt32
    }

    /// What the server would say.
    struct Verdict: Encodable, Sendable {
        /// `accept`, `postpone` or `reject`.
        let verdict: String
        /// When: `hello`, `sender`, `recipient` or `message`.
        let stage: String?
        let reply: String?
        let cause: String?
    }

    var iprev: ReverseLookup?
    var spfHelo: SPF?
    var spf: SPF?
    var dkim: [Signature]?
    var arc: ARC?
    var dmarc: DMARC?
    var authenticationResults: String?
    var verdict: Verdict?
    var questions: [Question] = []
    /// What was wrong with the question.
    var error: String?
}
