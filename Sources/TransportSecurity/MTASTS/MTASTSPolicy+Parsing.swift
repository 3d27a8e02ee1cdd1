public import NameResolution

extension MTASTSPolicy {
    /// Reads a policy file (RFC 8461 §3.2); lines end in CRLF or LF. Unknown keys are passed over; of a key that comes
    /// twice, apart from `mx`, the first counts.
    public init(_ file: some Collection<UInt8>) throws(MTASTSPolicyError) {
        guard file.count <= Self.maximumLength else { throw .tooLong }
        var fields = Fields()
        for (number, line) in Array(file).split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            let line = (line.last == 0x0D ? line.dropLast() : line).trimmed
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else {
                // Empty lines, as at the end, are no harm.
                guard line.isEmpty, number > 0 else { throw number == 0 ? .version : .malformedLine }
                continue
            }
            let key = line[..<colon]
            guard !key.isEmpty, key.allSatisfy({ $0.isASCIILetterOrDigit || "_-.".utf8.contains($0) }) else {
                throw .malformedLine
            }
            try fields.take(String(decoding: key, as: UTF8.self), line[(colon + 1)...].trimmed, isFirst: number == 0)
        }
        guard fields.hasVersion else { throw .version }
        guard let mode = fields.mode else { throw .mode }
        guard let maxAge = fields.maxAge else { throw .maxAge }
        guard !fields.patterns.isEmpty || mode == .none else { throw .pattern }
        self.init(mode: mode, maxAge: min(maxAge, Self.maximumAge), patterns: fields.patterns)
    }

    private struct Fields {
        var hasVersion = false
        var mode: Mode?
        var maxAge: Int64?
        var patterns: [String] = []

        mutating func take(_ key: String, _ value: ArraySlice<UInt8>, isFirst: Bool) throws(MTASTSPolicyError) {
            if isFirst {
                guard key == "version", value.elementsEqual("STSv1".utf8) else { throw .version }
                hasVersion = true
                return
            }
            switch key {
            case "mode":
                guard let mode = Mode(rawValue: String(decoding: value, as: UTF8.self)) else { throw .mode }
                self.mode = self.mode ?? mode
            case "max_age":
                // Ten digits fit.
                guard (1...10).contains(value.count), value.allSatisfy(\.isASCIIDigit) else { throw .maxAge }
                maxAge = maxAge ?? value.reduce(0) { $0 &* 10 &+ Int64($1 &- 0x30) }
            case "mx":
                guard let pattern = MTASTSPolicy.pattern(value) else { throw .pattern }
                guard patterns.count < MTASTSPolicy.maximumPatterns else { throw .tooManyPatterns }
                patterns.append(pattern)
            default: break
            }
        }
    }

    /// A name, or `*.` and a name, in lower case.
    static func pattern(_ value: ArraySlice<UInt8>) -> String? {
        let isWildcard = value.starts(with: "*.".utf8)
        guard let name = DNSName(isWildcard ? value.dropFirst(2) : value), name.isHostName else { return nil }
        return (isWildcard ? "*." : "") + name.text.lowercased()
    }

    /// Whether the policy names the server (RFC 8461 §4.1): `*` stands for exactly one label.
    public func allows(_ host: DNSName) -> Bool {
        patterns.contains { pattern in
            if pattern.hasPrefix("*.") {
                guard let rest = DNSName(String(pattern.dropFirst(2))) else { return false }
                return host != .root && host.parent == rest
            }
            return DNSName(pattern) == host
        }
    }
}
