import InternetMessage

/// A header section with what signatures need to know of it.
struct SignedHeader: Sendable {
    /// A DKIM-Signature field.
    struct SignatureField: Sendable {
        /// Its place among the fields.
        let place: Int
        let signature: Result<DKIMSignature, DKIMSignature.Failure>
    }

    let section: HeaderSection
    let fields: [HeaderField]
    /// DKIM-Signature fields, those past the limit too.
    let signatureCount: Int
    /// The first of them, up to the limit.
    let signatures: [SignatureField]
    let chain: ARCChain
    /// How many fields there are of each of ``SignatureCoverage/Field``, in the order of its cases.
    let counts: [Int]
    /// The places of the fields of each name, in lower case, from top to bottom.
    private let places: [[UInt8]: [Int]]

    init(_ section: HeaderSection, limits: DKIMLimits) {
        let fields = section.fields
        var places: [[UInt8]: [Int]] = [:]
        for (place, field) in fields.enumerated() { places[Self.lowercased(field.name), default: []].append(place) }
        let signatures = places[Self.lowercased(HeaderFieldName.dkimSignature.bytes)] ?? []
        self.section = section
        self.fields = fields
        self.places = places
        signatureCount = signatures.count
        self.signatures = signatures.prefix(max(limits.maximumSignatures, 0)).map { place in
            SignatureField(
                place: place,
                signature: Result { () throws(DKIMSignature.Failure) in
                    try DKIMSignature(fields[place].body)
                })
        }
        counts = SignatureCoverage.Field.names.map { places[$0]?.count ?? 0 }
        chain = ARCChain(fields) { places[Self.lowercased($0.bytes)] ?? [] }
    }

    private static func lowercased(_ name: [UInt8]) -> [UInt8] { name.map(\.lowercasedASCII) }

    /// How many fields have this name.
    func count(of name: [UInt8]) -> Int { places[Self.lowercased(name)]?.count ?? 0 }

    /// What the header hash of a signature is made from (RFC 6376 §3.7, §5.4.2): the named fields, each name once more
    /// taking the next field from the bottom, and the signature's own field without its value and its line end.
    ///
    /// - Parameters:
    ///   - place: the place of the signature's own field; it is not taken for a field that `h=` names.
    ///   - value: where the value of its `b=` stands in its body.
    func signedOctets(
        names: [[UInt8]], _ canonicalization: Canonicalization, signatureAt place: Int, value: Range<Int>
    ) -> [UInt8] {
        var octets = fieldOctets(names: names, canonicalization, except: place)
        guard fields.indices.contains(place) else { return octets }
        HeaderCanonicalizer.append(
            fields[place], canonicalization, removing: value, endsLine: false, to: &octets)
        return octets
    }

    /// The fields that `h=` names, in its order. A name that no field is left for stands for nothing.
    func fieldOctets(names: [[UInt8]], _ canonicalization: Canonicalization, except place: Int? = nil) -> [UInt8] {
        var octets: [UInt8] = []
        var remaining: [[UInt8]: Int] = [:]
        for name in names {
            let name = Self.lowercased(name)
            guard let places = places[name] else { continue }
            var left = remaining[name] ?? places.count
            while left > 0 {
                left -= 1
                if places[left] != place {
                    HeaderCanonicalizer.append(fields[places[left]], canonicalization, to: &octets)
                    break
                }
            }
            remaining[name] = left
        }
        return octets
    }

    /// The body hashes that the signatures need, the more important ones first.
    func wantedBodyHashes(policy: DKIMPolicy, limits: DKIMLimits) -> [BodyHash] {
        let signatures = signatures.compactMap { try? $0.signature.get() } + chain.sets.reversed().map(\.signature)
        var wanted: [BodyHash] = []
        for signature in signatures {
            guard let hash = policy.bodyHash(for: signature), !wanted.contains(hash) else { continue }
            guard wanted.count < limits.maximumBodyHashes else { break }
            wanted.append(hash)
        }
        return wanted
    }
}
