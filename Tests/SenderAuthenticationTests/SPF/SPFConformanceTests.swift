import SenderAuthentication
import Testing

/// The suites of openspf.org: every case of RFC 7208's, and those of RFC 4408's, which it replaced.
struct SPFConformanceTests {
    @Test("RFC 7208", arguments: try SPFSuite.cases("rfc7208-tests.yml"))
    func current(_ item: SPFSuiteCase) async { await check(item) }

    @Test("RFC 4408", arguments: try SPFSuite.cases("rfc4408-tests.yml"))
    func former(_ item: SPFSuiteCase) async { await check(item) }

    @Test func allCasesAreThere() throws {
        #expect(try SPFSuite.cases("rfc7208-tests.yml").count == 203)
        #expect(try SPFSuite.cases("rfc4408-tests.yml").count == 191)
    }

    private func check(_ item: SPFSuiteCase) async {
        let finding = await SPFEvaluator(resolver: item.zone).checkHost(item.question)
        #expect(item.results.contains(finding.result.rawValue), "\(finding.result): \(finding.reason)")
        guard let expected = item.explanation else { return }
        // RFC 7208 §7.4 writes nibbles in small letters, the suite in capitals; names have no case.
        #expect(finding.explanation?.lowercased() == (expected == "DEFAULT" ? nil : expected.lowercased()))
    }
}
