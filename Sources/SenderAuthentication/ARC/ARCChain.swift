import InternetMessage

/// The ARC Sets of a message, as far as they can be told without keys (RFC 8617 §5.2 steps 1 to 3).
struct ARCChain: Sendable {
    /// What one ADMD added (RFC 8617 §3.2).
    struct ARCSet: Sendable {
        /// The place of ARC-Authentication-Results among the fields.
        let resultsPlace: Int
        /// The place of ARC-Message-Signature.
        let signaturePlace: Int
        let signature: DKIMSignature
        /// The place of ARC-Seal.
        let sealPlace: Int
        let seal: ARCSeal
    }

    /// ARC Sets at most (RFC 8617 §5.2 step 1).
    static let maximumInstances = 50

    /// The sets by instance, from 1; empty when there are none, or the chain has a flaw.
    let sets: [ARCSet]
    /// Why the chain fails whatever its keys are.
    let flaw: String?
    /// The highest instance that any field has; 0 when there are none.
    let highestInstance: Int
    /// The newest seal says that the chain has failed: no set is added any more (RFC 8617 §5.1 step 2).
    let isMarkedAsFailed: Bool

    /// Whether there is nothing of ARC in the message.
    var isEmpty: Bool { highestInstance == 0 && flaw == nil }

    init(_ fields: [HeaderField], at places: FieldPlaces) {
        var collection = ARCFields()
        let results = places.places(of: HeaderFieldName.arcAuthenticationResults.bytes)
        let signatures = places.places(of: HeaderFieldName.arcMessageSignature.bytes)
        let seals = places.places(of: HeaderFieldName.arcSeal.bytes)
        if max(results.count, signatures.count, seals.count) > Self.maximumInstances {
            collection.flaw = "too many ARC Sets"
        } else {
            for place in results { collection.addResults(fields[place].body, place) }
            for place in signatures { collection.addSignature(fields[place].bodyOctets, place) }
            for place in seals { collection.addSeal(fields[place].bodyOctets, place) }
        }
        highestInstance = collection.highest
        isMarkedAsFailed = collection.seals[highestInstance]?.seal.chainValidation == .fail
        sets = collection.sets()
        flaw = collection.flaw
    }
}

/// The fields of ARC by their instance, and the first thing that is wrong with them.
private struct ARCFields {
    var results: [Int: Int] = [:]
    var signatures: [Int: (place: Int, signature: DKIMSignature)] = [:]
    var seals: [Int: (place: Int, seal: ARCSeal)] = [:]
    var highest = 0
    var flaw: String?

    mutating func addResults(_ body: [UInt8], _ place: Int) {
        guard let instance = try? ARCAuthenticationResults.instance(of: body), isInstance(instance) else {
            return find("ARC-Authentication-Results without an instance")
        }
        if results.updateValue(place, forKey: instance) != nil { find("an instance occurs twice") }
    }

    mutating func addSignature(_ body: ArraySlice<UInt8>, _ place: Int) {
        guard let list = try? TagList(body), let instance = instance(list),
            let signature = try? DKIMSignature(list, as: .arcMessageSignature)
        else { return find("ARC-Message-Signature syntax error") }
        // RFC 8617 §4.1.2. The other fields of ARC must not be signed either, but chains of the time before that are.
        if signature.names.contains(.arcSeal) { find("ARC-Seal is signed") }
        if signatures.updateValue((place, signature), forKey: instance) != nil { find("an instance occurs twice") }
    }

    mutating func addSeal(_ body: ArraySlice<UInt8>, _ place: Int) {
        guard let list = try? TagList(body), let instance = instance(list), let seal = try? ARCSeal(list) else {
            return find("ARC-Seal syntax error")
        }
        if seals.updateValue((place, seal), forKey: instance) != nil { find("an instance occurs twice") }
    }

    /// The sets in order; none once something is wrong.
    mutating func sets() -> [ARCChain.ARCSet] {
        var sets: [ARCChain.ARCSet] = []
        for instance in 1..<(highest + 1) where flaw == nil {
            guard let results = results[instance], let signature = signatures[instance], let seal = seals[instance]
            else {
                find("an ARC Set is incomplete")
                break
            }
            // RFC 8617 §5.2 step 3
            if seal.seal.chainValidation == .fail { find("a sealer found that the chain had failed") }
            if seal.seal.chainValidation != (instance == 1 ? .none : .pass) { find("cv= doesn't fit its instance") }
            sets.append(
                ARCChain.ARCSet(
                    resultsPlace: results, signaturePlace: signature.place, signature: signature.signature,
                    sealPlace: seal.place, seal: seal.seal))
        }
        return flaw == nil ? sets : []
    }

    /// position = 1*2DIGIT ; 1 - 50
    private mutating func instance(_ list: TagList) -> Int? {
        guard let digits = list["i"], (1...2).contains(digits.count), digits.allSatisfy(\.isDigit) else { return nil }
        let instance = digits.reduce(0) { $0 * 10 + Int($1 & 0x0F) }
        return isInstance(instance) ? instance : nil
    }

    private mutating func isInstance(_ instance: Int) -> Bool {
        guard (1...ARCChain.maximumInstances).contains(instance) else { return false }
        highest = max(highest, instance)
        return true
    }

    private mutating func find(_ flaw: String) {
        if self.flaw == nil { self.flaw = flaw }
    }
}
