import SamotopReportsTesting
import SamotopTesting
import SenderAuthentication
import Testing

@Suite struct DMARCStoreTests {
    @Test("counts for DMARC reports in memory", arguments: DMARCReportStoreSuite.checks)
    func memory(_ check: StoreCheck<any DMARCReportStore>) async throws {
        try await check.run(on: MemoryDMARCReportStore())
    }
}
