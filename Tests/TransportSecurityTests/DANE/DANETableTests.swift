import NameResolution
import Testing
import TransportSecurity

/// The rows of `Fixtures/dane-table.txt`, which `Fixtures/check-with-openssl` holds against openssl.
@Suite struct DANETableTests {
    struct Row: CustomTestStringConvertible {
        let chain: [String]
        let records: [String]
        let name: String
        let years: Int64
        let matches: Bool

        var testDescription: String {
            "\(chain.joined(separator: ",")) \(records.joined(separator: "+")) \(name) +\(years)"
        }

        init?(_ line: Substring) {
            let fields = line.split(separator: " ")
            guard fields.count == 5, !line.hasPrefix("#"), let years = Int64(fields[3]) else { return nil }
            chain = fields[0].split(separator: ",").map(String.init)
            records = fields[1].split(separator: "+").map(String.init)
            name = String(fields[2])
            self.years = years
            matches = fields[4] == "yes"
        }
    }

    static func rows() throws -> [Row] {
        String(decoding: try Fixtures.octets("dane-table.txt"), as: UTF8.self).split(separator: "\n").compactMap(
            Row.init)
    }

    @Test("each usage, selector and matching type: right, wrong, expired, rolled over, forged", arguments: try rows())
    func row(_ row: Row) async throws {
        let finding = try await DANEFinding.of(
            row.name, try row.records.map { try TLSARecord($0) }, domain: "unrelated.example")
        let chain = CertificateChain(try row.chain.map(Fixtures.certificate))
        let verdict = await finding.verdict(on: chain, at: try Fixtures.now(years: row.years))
        #expect(verdict.isAuthenticated == row.matches, "\(verdict.entries.map(\.attempt.words))")
        #expect(verdict.entries.count == row.records.count)
    }

    @Test("the table has the rows that it should")
    func size() throws { #expect(try Self.rows().count == 108) }
}
