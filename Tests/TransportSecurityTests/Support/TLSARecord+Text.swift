import Crypto
import NameResolution
import Testing

extension TLSARecord {
    /// `USAGE-SELECTOR-TYPE:CERTIFICATE`: the record that tells of a certificate of the fixtures, whose key openssl
    /// took out of it.
    init(_ text: String) throws {
        let parts = text.split { "-:".contains($0) }.map(String.init)
        try #require(parts.count == 4)
        let numbers = try parts.prefix(3).map { try #require(UInt8($0)) }
        let source = numbers[1] == 0 ? try Fixtures.certificate(parts[3]) : try Fixtures.publicKey(parts[3])
        let data: [UInt8] =
            switch numbers[2] {
            case 1: Array(SHA256.hash(data: source))
            case 2: Array(SHA512.hash(data: source))
            default: source
            }
        self.init(usage: numbers[0], selector: numbers[1], matchingType: numbers[2], data: data)
    }
}
