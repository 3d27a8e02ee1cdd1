import Foundation
import NameResolution
import SenderAuthentication
import Testing

struct ReceivedSPFTests {
    private struct Vector: Decodable {
        let fields: [String: String]
        let header: String
    }

    private func bytes(_ text: String?) -> [UInt8] { Array((text ?? "").utf8) }

    private func unfolded(_ text: String) -> [Substring] { text.split(whereSeparator: \.isWhitespace) }

    /// RFC 7208 §9.1: a dot-atom needs no quotes; spf-mox agrees, and folds elsewhere.
    @Test("spf-mox") func vectors() throws {
        let url = Bundle.module.bundleURL.appending(path: "Resources/spf-mox/received-spf.json")
        let vectors = try JSONDecoder().decode([Vector].self, from: Data(contentsOf: url))
        #expect(vectors.count == 2)
        for vector in vectors {
            let fields = vector.fields
            let field = ReceivedSPFField(
                result: try #require(SPFResult(rawValue: fields["result"] ?? "")),
                comment: fields["comment"].map { Array($0.utf8) },
                clientAddress: try #require(IPAddress(fields["client-ip"] ?? "")),
                envelopeFrom: bytes(fields["envelope-from"]), helo: bytes(fields["helo"]),
                problem: fields["problem"].map { Array($0.utf8) },
                mechanism: fields["mechanism"].map { Array($0.utf8) },
                receiver: bytes(fields["receiver"]), identity: .mailFrom)
            #expect(unfolded(String(decoding: field.bytes, as: UTF8.self)) == unfolded(vector.header))
        }
    }

    @Test func aFindingIsTold() async throws {
        let question = try spfQuestion("a.test", client: "2001:db8::7")
        let finding = await spfCheck(try spfZone("a.test TXT v=spf1 ip6:2001:db8::/32 -all"), question)
        #expect(
            String(decoding: ReceivedSPFField(finding, of: question).bytes, as: UTF8.self) == """
                Received-SPF: pass client-ip="2001:db8::7"; envelope-from="ann@a.test";\r
                 helo=client.example; mechanism="ip6:2001:db8::/32"; receiver=mx.our.test;\r
                 identity=mailfrom\r\n
                """)
        let neutral = await spfCheck(try spfZone("a.test TXT v=spf1"), question)
        #expect(ReceivedSPFField(neutral, of: question).mechanism == Array("default".utf8))
        let broken = await spfCheck(try spfZone("a.test TXT v=spf1 x"), question)
        #expect(ReceivedSPFField(broken, of: question).problem == Array(broken.reason.utf8))
        #expect(ReceivedSPFField(broken, of: question).mechanism == nil)
    }

    @Test("M05: nothing breaks out of the field") func hostile() throws {
        let evil = Array("\"; spf=pass\r\nX: y\0\\\u{E9})".utf8)
        let field = ReceivedSPFField(
            result: .fail, comment: evil + evil, clientAddress: try #require(IPAddress("192.0.2.7")),
            envelopeFrom: [UInt8](repeating: UInt8(ascii: "\""), count: 5_000), helo: evil, problem: evil,
            mechanism: evil, receiver: [], identity: .helo)
        let lines = field.bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        #expect(lines.last?.isEmpty == true)
        for line in lines.dropLast() {
            #expect(line.count <= 998 && line.last == 0x0D)
            #expect(line.dropLast().allSatisfy { (0x20...0x7E).contains($0) })
        }
        #expect(lines.dropFirst().dropLast().allSatisfy { $0.first == 0x20 })
        #expect(String(decoding: field.bytes, as: UTF8.self).contains("helo=\"\\\"; spf=pass??X: y?\\\\??)\""))
        #expect(String(decoding: field.bytes, as: UTF8.self).contains("receiver=\"\""))
    }
}
