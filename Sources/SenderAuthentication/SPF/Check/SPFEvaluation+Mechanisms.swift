import NameResolution

extension SPFEvaluation {
    /// The name that a term asks for.
    enum Target {
        case name(DNSName)
        /// What the macros expand to is no name of the DNS.
        case notName
        /// The local-part is not to be in it.
        case withheld
    }

    /// RFC 7208 §4.8: a term's domain-spec with its macros expanded, or else the domain.
    mutating func target(of spec: SPFMacroString?, at place: SPFPlace) async -> Target {
        guard let spec else { return .name(place.name) }
        if spec.uses([.localPart, .sender]) {
            // RFC 8616 §4: a local-part that isn't ASCII never matches.
            let isASCII = question.sender.localPart.allSatisfy { $0 < 0x80 }
            guard limits.expandsLocalPart, isASCII else { return .withheld }
        }
        if let literal = spec.literal { return SPFMacroString.domainName(of: literal).map(Target.name) ?? .notName }
        await prepareValues(for: spec, at: place)
        return spec.domainName(with: values).map(Target.name) ?? .notName
    }

    private mutating func prepareValues(for text: SPFMacroString, at place: SPFPlace) async {
        values.domain = place.name
        guard text.uses([.validatedName]) else { return }
        values.validatedName = await reverse.validatedName(at: place.name, by: resolver)
        if reverse.isVoid { isVoid = true }
    }

    /// RFC 7208 §5.
    mutating func outcome(of directive: SPFDirective, of place: SPFPlace) async throws(SPFStop) -> SPFStep.Outcome {
        let spec: SPFMacroString?
        switch directive.mechanism {
        case .all: return .matched
        case .ip4(let network, let length), .ip6(let network, let length):
            return question.client.shares(length, bitsWith: network) ? .matched : .notMatched
        case .include(let domain), .exists(let domain): spec = domain
        case .a(let domain, _), .mx(let domain, _), .ptr(let domain): spec = domain
        }
        try countLookupTerm()
        isVoid = false
        switch await target(of: spec, at: place) {
        case .withheld: return .withheld
        case .notName:
            // RFC 7208 §4.8 leaves it open; an include without a record is a permerror.
            if case .include = directive.mechanism { throw Self.noRecord(directive.description, place) }
            return .notMatched
        case .name(let name):
            if try await matches(directive, name, of: place) { return .matched }
            if isVoid { try countVoidLookup() }
            return .notMatched
        }
    }

    private mutating func matches(
        _ directive: SPFDirective, _ name: DNSName, of place: SPFPlace
    ) async throws(SPFStop) -> Bool {
        switch directive.mechanism {
        case .include(let spec): return try await includes(SPFPlace(name, by: spec, from: place), directive, of: place)
        case .a(_, let lengths): return try await isHost(name, lengths, for: directive, of: place)
        case .mx(_, let lengths): return try await takesMail(for: name, lengths, for: directive, of: place)
        case .ptr:
            let isBelow = await reverse.isValidated(below: name, by: resolver)
            if reverse.isVoid { isVoid = true }
            return isBelow
        case .exists:
            // RFC 7208 §5.7: A, also for a client with an IPv6 address.
            return try await !records(of: name, .a, for: directive, of: place).isEmpty
        case .all, .ip4, .ip6: return false
        }
    }

    // RFC 7208 §5.2
    private mutating func includes(
        _ target: SPFPlace, _ directive: SPFDirective, of place: SPFPlace
    ) async throws(SPFStop) -> Bool {
        note(.directive(directive), .followed, of: place)
        depth += 1
        defer { depth -= 1 }
        guard let verdict = try await checkHost(target) else { throw Self.noRecord(directive.description, place) }
        // What was void there has been counted there.
        isVoid = false
        return verdict.result == .pass
    }

    // RFC 7208 §5.3
    private mutating func isHost(
        _ name: DNSName, _ lengths: SPFPrefixLengths, for directive: SPFDirective, of place: SPFPlace
    ) async throws(SPFStop) -> Bool {
        let client = question.client
        let length = client.isIPv6 ? lengths.ipv6 : lengths.ipv4
        return try await records(of: name, client.isIPv6 ? .aaaa : .a, for: directive, of: place)
            .prefix(max(0, limits.addresses))
            .contains { record in
                if case .address(let address) = record { client.shares(length, bitsWith: address) } else { false }
            }
    }

    // RFC 7208 §5.4
    private mutating func takesMail(
        for name: DNSName, _ lengths: SPFPrefixLengths, for directive: SPFDirective, of place: SPFPlace
    ) async throws(SPFStop) -> Bool {
        let records = try await records(of: name, .mx, for: directive, of: place)
        // RFC 7208 §4.6.4
        guard records.count <= limits.mailExchanges else {
            throw .permanent("\(shown(directive, place)) has more than \(limits.mailExchanges) MX records")
        }
        let hosts = records.compactMap { record -> (preference: UInt16, name: DNSName)? in
            // RFC 7505 §3: the root is no host.
            if case .mailExchange(let preference, let host) = record, host != .root { (preference, host) } else { nil }
        }
        for host in hosts.sorted(by: { $0.preference < $1.preference }) {
            if try await isHost(host.name, lengths, for: directive, of: place) { return true }
        }
        return false
    }

    /// RFC 7208 §5: a look-up that fails ends the check; that a name has no such records doesn't.
    private mutating func records(
        of name: DNSName, _ type: RecordType, for directive: SPFDirective, of place: SPFPlace
    ) async throws(SPFStop) -> [RecordData] {
        switch await resolver.resolve(name, type).outcome {
        case .records(let records): return records
        case .noData, .noSuchName:
            isVoid = true
            return []
        case .failure(let failure):
            // The name may hold a local-part.
            throw .temporary("a look-up for \(shown(directive, place)) failed (\(failure.rawValue))")
        }
    }

    private func shown(_ directive: SPFDirective, _ place: SPFPlace) -> String {
        "\(Self.shown(directive.description)) of \(Self.shown(place.text))"
    }

    /// RFC 7208 §6.2: the text that the exp of the deciding record leads to; nil when anything is wrong with it.
    mutating func explanation(of verdict: Verdict) async -> String? {
        guard let spec = verdict.explanation, case .name(let name) = await target(of: spec, at: verdict.place),
            let texts = try? await resolver.texts(name), texts.count == 1,
            let text = try? SPFMacroString(explanation: texts[0])
        else { return nil }
        await prepareValues(for: text, at: verdict.place)
        let expanded = text.expanded(with: values, maximum: limits.explanationLength)
        // What the client said got into it with the macros.
        guard expanded.allSatisfy({ (0x20...0x7E).contains($0) }), expanded.contains(where: { $0 != 0x20 }) else {
            return nil
        }
        return String(decoding: expanded, as: UTF8.self)
    }
}
