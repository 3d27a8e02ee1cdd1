#if SQLite
    import SamotopSQLite
    import SamotopTesting
    import TransportSecurityTesting
    import Testing
    import TransportSecurity

    /// What any store must do, done by those on SQLite and by those in memory.
    @Suite struct OutgoingSuiteTests {
        @Test("records of peers on SQLite", arguments: PeerStoreSuite.checks)
        func peers(_ check: StoreCheck<any PeerStore>) async throws {
            try await StateFolder.temporary { folder in
                try await folder.outgoing { try await check.run(on: $0.peers) }
            }
        }

        @Test("MTA-STS policies on SQLite", arguments: MTASTSStoreSuite.checks)
        func policies(_ check: StoreCheck<any MTASTSStore>) async throws {
            try await StateFolder.temporary { folder in
                try await folder.outgoing { try await check.run(on: $0.policies) }
            }
        }

        @Test("records of peers in memory", arguments: PeerStoreSuite.checks)
        func memoryPeers(_ check: StoreCheck<any PeerStore>) async throws { try await check.run(on: MemoryPeerStore()) }

        @Test("MTA-STS policies in memory", arguments: MTASTSStoreSuite.checks)
        func memoryPolicies(_ check: StoreCheck<any MTASTSStore>) async throws {
            try await check.run(on: MemoryMTASTSStore())
        }
    }
#endif
