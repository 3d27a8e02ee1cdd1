import Testing
import TransportSecurity

/// What a domain publishes of its own policy.
@Suite struct OwnPolicyTests {
    @Test("A policy that is written is read as it was meant")
    func roundTrip() throws {
        for mode in [MTASTSPolicy.Mode.enforce, .testing, .none] {
            let policy = try MTASTSPolicy(mode: mode, maxAge: 86_400, hosts: ["MX.example.org", "*.example.net"])
            #expect(try MTASTSPolicy(policy.file) == policy)
            #expect(policy.patterns == ["mx.example.org", "*.example.net"])
        }
        #expect(
            try MTASTSPolicy(mode: .none, maxAge: 0, hosts: []).file
                == Array("version: STSv1\r\nmode: none\r\nmax_age: 0\r\n".utf8))
    }

    @Test("The record's id changes when the policy does, and only then")
    func ids() throws {
        let policies = [
            try MTASTSPolicy(mode: .enforce, maxAge: 86_400, hosts: ["mx.example.org"]),
            try MTASTSPolicy(mode: .testing, maxAge: 86_400, hosts: ["mx.example.org"]),
            try MTASTSPolicy(mode: .enforce, maxAge: 86_401, hosts: ["mx.example.org"]),
            try MTASTSPolicy(mode: .enforce, maxAge: 86_400, hosts: ["mx2.example.org"]),
            try MTASTSPolicy(mode: .enforce, maxAge: 86_400, hosts: ["mx.example.org", "mx2.example.org"]),
        ]
        #expect(Set(policies.map(\.id)).count == policies.count)
        #expect(policies[0].id == (try MTASTSPolicy(mode: .enforce, maxAge: 86_400, hosts: ["MX.Example.org"])).id)
        for policy in policies {
            #expect(try MTASTSRecord(texts: [policy.record]).id == policy.id)
            #expect(policy.id.utf8.count == 32)
        }
    }

    @Test("What no policy can have")
    func faults() throws {
        func fails(
            _ error: MTASTSPolicyError, _ hosts: [String], age: Int64 = 86_400, mode: MTASTSPolicy.Mode = .enforce
        ) {
            #expect(throws: error, "\(hosts)") { try MTASTSPolicy(mode: mode, maxAge: age, hosts: hosts) }
        }
        fails(.maxAge, ["mx.example.org"], age: -1)
        fails(.maxAge, ["mx.example.org"], age: MTASTSPolicy.maximumAge + 1)
        fails(.pattern, [])
        fails(.pattern, [], mode: .testing)
        for host in ["", "mx.example.org\r\nmode: none", "*", "*.", "m*.example.org", "mx example", "[192.0.2.1]"] {
            fails(.pattern, [host])
        }
        fails(.tooManyPatterns, (0...MTASTSPolicy.maximumPatterns).map { "mx\($0).example.org" })
    }
}
