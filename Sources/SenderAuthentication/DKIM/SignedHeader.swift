import InternetMessage

/// A header section with what signatures need to know of it. A class, since it is handed on much and never changes.
final class SignedHeader: Sendable {
    /// A DKIM-Signature field.
    struct SignatureField: Sendable {
        /// Its place among the fields.
        let place: Int
        let signature: Result<DKIMSignature, DKIMSignature.Failure>
    }

    let section: HeaderSection
    /// DKIM-Signature fields, those past the limit too.
    let signatureCount: Int
    /// The first of them, up to the limit.
    let signatures: [SignatureField]
    let chain: ARCChain
    /// How many fields there are of each of ``SignatureCoverage/Field``, in the order of its cases.
    let counts: [Int]
    private let places: FieldPlaces

    var fields: [HeaderField] { section.fields }

    init(_ section: HeaderSection, limits: DKIMLimits) {
        let fields = section.fields
        let places = FieldPlaces(fields)
        let signatures = places.places(of: HeaderFieldName.dkimSignature.bytes)
        self.section = section
        self.places = places
        signatureCount = signatures.count
        self.signatures = signatures.prefix(max(limits.maximumSignatures, 0)).map { place in
            SignatureField(
                place: place,
                signature: Result { () throws(DKIMSignature.Failure) in
                    try DKIMSignature(fields[place].bodyOctets, as: .signature)
                })
        }
        counts = SignatureCoverage.Field.names.map { places.places(of: $0).count }
        chain = ARCChain(fields, at: places)
    }

    /// How many fields have this name.
    func count(of name: [UInt8]) -> Int { places.places(of: name).count }

    /// What the header hash of a signature is made from (RFC 6376 §3.7, §5.4.2): the named fields, each name once more
    /// taking the next field from the bottom, and the signature's own field without its value and its line end.
    ///
    /// - Parameters:
    ///   - place: the place of the signature's own field; it is not taken for a field that `h=` names.
    ///   - value: where the value of its `b=` stands in its body.
    func signedOctets(
        names: some Sequence<some Collection<UInt8>>, _ canonicalization: Canonicalization, signatureAt place: Int,
        value: Range<Int>
    ) -> [UInt8] {
        var octets = fieldOctets(names: names, canonicalization, except: place)
        guard fields.indices.contains(place) else { return octets }
        HeaderCanonicalizer.append(
            fields[place], canonicalization, removing: value, endsLine: false, to: &octets)
        return octets
    }

    /// The fields that `h=` names, in its order. A name that no field is left for stands for nothing.
    func fieldOctets(
        names: some Sequence<some Collection<UInt8>>, _ canonicalization: Canonicalization, except place: Int? = nil
    ) -> [UInt8] {
        var octets: [UInt8] = []
        octets.reserveCapacity(section.length)
        // By the numbers of the names.
        var taken = [Int](repeating: 0, count: places.nameCount)
        for name in names {
            guard let number = places.number(of: name) else { continue }
            let places = places[number]
            while taken[number] < places.count {
                taken[number] += 1
                let next = places[places.endIndex - taken[number]]
                if next == place { continue }
                HeaderCanonicalizer.append(fields[next], canonicalization, to: &octets)
                break
            }
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
