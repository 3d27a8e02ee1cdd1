#if SQLite
    import SamotopContacts
    import SamotopSQLite
    import SamotopTesting
    import Testing

    /// What any store must do, done by those on SQLite and by those in memory.
    @Suite struct SuiteTests {
        @Test("contacts on SQLite", arguments: ContactStoreSuite.checks)
        func contacts(_ check: StoreCheck<any ContactStore>) async throws {
            try await StateFolder.temporary { folder in
                try await folder.stores { try await check.run(on: $0.contacts) }
            }
        }

        @Test("the greylist on SQLite", arguments: GreylistStoreSuite.checks)
        func greylist(_ check: StoreCheck<any GreylistStore>) async throws {
            try await StateFolder.temporary { folder in
                try await folder.stores { try await check.run(on: $0.greylist) }
            }
        }

        @Test("the audit on SQLite", arguments: AuditStoreSuite.checks)
        func audit(_ check: StoreCheck<any AuditStore>) async throws {
            try await StateFolder.temporary { folder in
                try await folder.stores { try await check.run(on: $0.audit) }
            }
        }

        @Test("policies on SQLite", arguments: PolicyStoreSuite.checks)
        func policies(_ check: StoreCheck<any PolicyStore>) async throws {
            try await StateFolder.temporary { folder in
                try await folder.stores { try await check.run(on: $0.policies) }
            }
        }

        @Test("passes on SQLite", arguments: PassStoreSuite.checks)
        func passes(_ check: StoreCheck<any PassStore>) async throws {
            try await StateFolder.temporary { folder in
                try await folder.stores { try await check.run(on: $0.passes) }
            }
        }

        @Test("contacts in memory", arguments: ContactStoreSuite.checks)
        func memoryContacts(_ check: StoreCheck<any ContactStore>) async throws {
            try await check.run(on: MemoryContactStore())
        }

        @Test("the greylist in memory", arguments: GreylistStoreSuite.checks)
        func memoryGreylist(_ check: StoreCheck<any GreylistStore>) async throws {
            try await check.run(on: MemoryGreylistStore())
        }

        @Test("the audit in memory", arguments: AuditStoreSuite.checks)
        func memoryAudit(_ check: StoreCheck<any AuditStore>) async throws {
            try await check.run(on: MemoryAuditStore())
        }

        @Test("policies in memory", arguments: PolicyStoreSuite.checks)
        func memoryPolicies(_ check: StoreCheck<any PolicyStore>) async throws {
            try await check.run(on: MemoryPolicyStore())
        }

        @Test("passes in memory", arguments: PassStoreSuite.checks)
        func memoryPasses(_ check: StoreCheck<any PassStore>) async throws {
            try await check.run(on: MemoryPassStore())
        }
    }
#endif
