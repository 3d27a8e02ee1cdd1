public import InternetMessage

/// Reads a message while it streams in, so that its signatures can be verified, or it be signed, without reading it
/// again.
///
/// The header section is gathered, up to its limits. At its blank line it is parsed, the signatures and ARC Sets in it
/// are found, and the body hashes that they ask for are known: from then on the body goes straight into the hashers,
/// once for all signatures that want the same, and nothing of it is kept.
///
///     var reader = SignedMessageReader()
///     for slice in slices { reader.push(slice) }
///     let findings = await DKIMVerifier(resolver: dns).verify(reader.finish(), now: now)
public struct SignedMessageReader: Sendable {
    private enum State: Sendable {
        case header
        case body(SignedHeader)
        /// The header is larger than its limits.
        case excess
    }

    private let headerLimits: HeaderLimits
    private let limits: DKIMLimits
    private let policy: DKIMPolicy
    private let extraHashes: [BodyHash]
    private var state = State.header
    private var gathered: [UInt8] = []
    private var blankLine = BlankLineSearch()
    private var canonicalizers: [BodyCanonicalizer] = []
    private var bodyLength = 0

    /// A reader for one message.
    ///
    /// - Parameters:
    ///   - headerLimits: the same as those by which the server refuses a message.
    ///   - policy: that of the verifiers: hashes of signatures that can't count by it are not made.
    ///   - bodyHashes: more hashes, for signers: ``DKIMSigner/bodyHash``, ``ARCSealer/bodyHash``.
    public init(
        headerLimits: HeaderLimits = .standard, limits: DKIMLimits = .standard, policy: DKIMPolicy = .standard,
        bodyHashes: [BodyHash] = []
    ) {
        self.headerLimits = headerLimits
        self.limits = limits
        self.policy = policy
        extraHashes = bodyHashes
    }

    /// Takes the next slice of the message: its octets as they were sent, transparency undone.
    public mutating func push(_ slice: Span<UInt8>) {
        switch state {
        case .header:
            pushHeader(slice)
        case .body:
            pushBody(slice)
        case .excess:
            break
        }
    }

    /// Takes the next slice of the message.
    public mutating func push(_ slice: [UInt8]) { push(slice.span) }

    /// The message ends. The reader is not to be used again.
    public mutating func finish() -> SignedMessage {
        if case .header = state { endHeader() }
        for index in canonicalizers.indices { canonicalizers[index].finish() }
        var hashes = BodyDigests()
        var lengths = CanonicalLengths()
        for canonicalizer in canonicalizers {
            lengths[canonicalizer.canonicalization] = canonicalizer.length
            for hasher in canonicalizer.hashers { hashes.add(hasher) }
        }
        guard case .body(let header) = state else {
            let empty = SignedHeader(HeaderSection([]), limits: limits)
            return SignedMessage(
                empty, exceedsLimits: true, bodyLength: 0, bodyHashes: hashes, canonicalLengths: lengths)
        }
        return SignedMessage(
            header, exceedsLimits: false, bodyLength: bodyLength, bodyHashes: hashes, canonicalLengths: lengths)
    }

    private mutating func pushHeader(_ slice: Span<UInt8>) {
        let end = blankLine.end(in: slice)
        let part = slice.extracting(0..<(end ?? slice.count))
        guard gathered.count + part.count <= headerLimits.maximumBytes else {
            gathered = []
            state = .excess
            return
        }
        // The buffer does not leave the closure.
        part.withUnsafeBufferPointer { gathered.append(contentsOf: $0) }
        guard let end else { return }
        endHeader()
        if case .body = state { pushBody(slice.extracting(end..<slice.count)) }
    }

    private mutating func endHeader() {
        let section = HeaderSection(gathered, limits: headerLimits)
        gathered = []
        guard !section.findings.contains(where: \.exceedsLimit) else {
            state = .excess
            return
        }
        let header = SignedHeader(section, limits: limits)
        state = .body(header)
        var wanted = extraHashes
        for hash in header.wantedBodyHashes(policy: policy, limits: limits) where !wanted.contains(hash) {
            wanted.append(hash)
        }
        for canonicalization in Canonicalization.allCases {
            let hashers = wanted.filter { $0.canonicalization == canonicalization }.map { BodyHasher($0) }
            if !hashers.isEmpty { canonicalizers.append(BodyCanonicalizer(canonicalization, hashers: hashers)) }
        }
    }

    private mutating func pushBody(_ slice: Span<UInt8>) {
        bodyLength += slice.count
        for index in canonicalizers.indices { canonicalizers[index].push(slice) }
    }
}
