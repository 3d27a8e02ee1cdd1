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

    init(_ body: [UInt8], as field: Field) throws(Failure) { try self.init(body[...], as: field) }

    init(_ body: ArraySlice<UInt8>, as field: Field) throws(Failure) {
        let list: TagList
        do {
            list = try TagList(body)
        } catch {
            throw Failure(kind: Failure.Kind(error), clues: SignatureClues())
        }
        try self.init(list, as: field)
    }

    init(_ list: TagList, as field: Field) throws(Failure) {
        var clues = SignatureClues()
        do {
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
        names = SignedNames(try list.required("h"))
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
        guard names.contains(.from) else { throw Failure.Kind.fromNotSigned }
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
    /// Without white space.
    let text: [UInt8]
    /// Where it stands in the list, with the white space around it.
    let range: Range<Int>

    init(_ list: TagList) throws {
        guard let tag = list.tag("b") else { throw DKIMSignature.Failure.Kind.missingTag("b") }
        text = Self.withoutWhiteSpace(list.bytes[tag.value])
        guard let octets = Base64.decode(text), !octets.isEmpty else {
            throw DKIMSignature.Failure.Kind.invalidTag("b")
        }
        self.octets = octets
        let start = list.bytes.startIndex
        range = tag.outerValue.lowerBound - start..<tag.outerValue.upperBound - start
    }

    /// A line of it after the other: what is below 0x21 in a value is folding white space.
    private static func withoutWhiteSpace(_ value: ArraySlice<UInt8>) -> [UInt8] {
        let octets = value.span.bytes
        var text: [UInt8] = []
        text.reserveCapacity(value.count)
        var start = 0
        while start < octets.byteCount {
            let end = octets.firstIndex(from: start) { $0.marks(below: 0x21) }
            text += value[value.startIndex + start..<value.startIndex + end]
            start = end + 1
        }
        return text
    }
}
