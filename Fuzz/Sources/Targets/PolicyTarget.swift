import NameResolution

@testable import TransportSecurity

/// An MTA-STS policy is read within its limits, and what we write of it says the same; the records that lead to policies and to reports hold
/// no more than they may.
@Sendable func fuzzPolicy(_ input: [UInt8]) {
    if let policy = try? MTASTSPolicy(input) {
        require(policy.patterns.count <= MTASTSPolicy.maximumPatterns, "more servers than the limit in \(shown(input))")
        require((0...MTASTSPolicy.maximumAge).contains(policy.maxAge), "an age out of bounds in \(shown(input))")
        require(policy.mode == .none || !policy.patterns.isEmpty, "a policy without servers in \(shown(input))")
        require((try? MTASTSPolicy(policy.file)) == policy, "\(shown(policy.file)) is read as something else")
        for pattern in policy.patterns {
            let name = pattern.hasPrefix("*.") ? "a." + pattern.dropFirst(2) : pattern
            if let host = DNSName(name) { require(policy.allows(host), "\(name) isn't allowed by \(pattern)") }
        }
    }
    if let record = try? MTASTSRecord(texts: [input]) {
        require((1...32).contains(record.id.utf8.count), "an id of \(record.id.utf8.count) octets")
        require((try? MTASTSRecord(texts: [input, input])) == nil, "two records count for one")
    }
    if let record = try? TLSReportRecord(texts: [input]) {
        require((1...TLSReportRecord.maximumDestinations).contains(record.destinations.count), "too many destinations")
        for case .mail(let address) in record.destinations {
            require(address.allSatisfy { $0 > 0x20 && $0 != 0x7F }, "a control character in \(shown(address))")
        }
    }
}
