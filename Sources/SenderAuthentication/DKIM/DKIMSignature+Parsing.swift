import InternetMessage
import NameResolution

extension DKIMSignature {
    /// Reads the body of the field, folded or not. Unknown tags are ignored (RFC 6376 §3.2).
    ///
    /// - Throws: what is wrong; the verifier's word for it is permerror (RFC 6376 §6.1.1).
    public init(_ body: [UInt8]) throws(Failure) { try self.init(body, as: .signature) }

    /// What the tags belong to.
    enum Field {
        /// `DKIM-Signature`
        case signature
        /// `ARC-Message-Signature`: `v=` is not defined, `i=` is something else, From need not be signed (RFC 8617
        /// §4.1.2).
        case arcMessageSignature
    }

    init(_ body: [UInt8], as field: Field) throws(Failure) {
        var clues = SignatureClues()
        do {
            let list: TagList
            do {
                list = try TagList(body)
            } catch {
                throw Failure.Kind(error)
            }
            try self.init(list, as: field, clues: &clues)
        } catch let kind as Failure.Kind {
            throw Failure(kind: kind, clues: clues)
        } catch {
            throw Failure(kind: .syntax, clues: clues)
        }
    }

    private init(_ list: TagList, as field: Field, clues: inout SignatureClues) throws {
        let value = try SignatureValue(list)
        clues.signatureText = value.text
        if field == .signature, let version = list["v"], !version.elementsEqual("1".utf8) { throw Failure.Kind.version }
        algorithm = try list.algorithm()
        clues.algorithm = algorithm
        domain = try list.domain()
        clues.domain = domain
        selector = try list.selector()
        clues.selector = selector
        if field == .signature, list["v"] == nil { throw Failure.Kind.missingTag("v") }
        signature = value.octets
        signatureText = value.text
        signatureRange = value.range
        bodyHash = try list.octets("bh")
        guard bodyHash.count == algorithm.hash.digestLength else { throw Failure.Kind.invalidTag("bh") }
        (headerCanonicalization, bodyCanonicalization) = try list.canonicalizations()
        signedNames = try list.required("h").colonSeparated.map(Array.init)
        timestamp = try list.time("t")
        expiration = try list.time("x")
        if let timestamp, let expiration, expiration <= timestamp { throw Failure.Kind.expiresBeforeSigning }
        bodyLength = try list.bodyLength()
        copiedFields = list["z"].map(Array.init)
        try list.checkQueryMethods()
        guard field == .signature else {
            identity = nil
            identityDomain = domain
            return
        }
        (identity, identityDomain) = try list.identity(below: domain)
        clues.identity = identity
        guard signedNames.contains(where: { $0.isWord("from") }) else { throw Failure.Kind.fromNotSigned }
    }
}

extension DKIMSignature.Failure.Kind: Error {
    init(_ failure: TagList.Failure) {
        switch failure {
        case .syntax: self = .syntax
        case .duplicateTag: self = .duplicateTag
        case .tooManyTags: self = .tooManyTags
        }
    }
}

/// The value of `b=`: what it is, and where.
struct SignatureValue {
    let octets: [UInt8]
    let text: [UInt8]
    let range: Range<Int>

    init(_ list: TagList) throws {
        octets = try list.octets("b")
        guard let tag = list.tag("b") else { throw DKIMSignature.Failure.Kind.missingTag("b") }
        text = list.bytes[tag.value].filter { !$0.isFoldingWhiteSpace }
        range = tag.outerValue
    }
}
