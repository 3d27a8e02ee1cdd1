import Testing

@testable import SamotopContacts

@Suite struct KeyedHashTests {
    /// Of the octets 0, 1, 2… under the key 00…0f, as OpenSSL computes them (`openssl mac -macopt size:16 … SIPHASH`).
    @Test(
        "SipHash-2-4 with 128 bits",
        arguments: [
            (0, "a3817f04ba25a8e66df67214c7550293"), (1, "da87c1d86b99af44347659119b22fc45"),
            (7, "a1f1ebbed8dbc153c0b84aa61ff08239"), (8, "3b62a9ba6258f5610f83e264f31497b4"),
            (15, "5493e99933b0a8117e08ec0f97cfc3d9"), (63, "5150d1772f50834a503e069a973fbd7c"),
        ]) func vectors(_ count: Int, _ expected: String)
    {
        let (first, second) = KeyedHash(key: (0..<16).map { UInt8($0) }).hash((0..<count).map { UInt8($0) })
        let octets = [first, second].flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64($0 * 8)) }
        }
        let digits = Array("0123456789abcdef")
        #expect(octets.map { "\(digits[Int($0 >> 4)])\(digits[Int($0 & 15)])" }.joined() == expected)
    }

    @Test func partsAreKeptApart() {
        let hash = KeyedHash(key: [1])
        #expect(hash.key([[1, 2], [3]]) != hash.key([[1], [2, 3]]))
        #expect(hash.key([[1]]) != KeyedHash(key: [2]).key([[1]]))
        #expect(hash.key([[1]]) == KeyedHash(key: [1]).key([[1]]))
    }
}
