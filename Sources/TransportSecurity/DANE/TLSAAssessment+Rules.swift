import NameResolution
import SwiftASN1
import X509

extension TLSAAssessment {
    /// Assesses the records of one name together, since the stronger digests among them count (RFC 7671 §9).
    static func assess(_ records: [TLSARecord]) -> [TLSAAssessment] {
        let flaws = records.map(flaw)
        return zip(records, flaws).map { record, flaw in
            guard flaw == nil, record.matchingType != 0 else { return TLSAAssessment(record: record, flaw: flaw) }
            // SHA2-512(2) is preferred to SHA2-256(1): their numbers happen to be in the order of their strength.
            let isWeaker = zip(records, flaws).contains { other, flaw in
                flaw == nil && other.usage == record.usage && other.selector == record.selector
                    && other.matchingType > record.matchingType
            }
            return TLSAAssessment(record: record, flaw: isWeaker ? .weakerDigest : nil)
        }
    }

    private static func flaw(of record: TLSARecord) -> Flaw? {
        switch record.usage {
        case 0, 1: return .usagePKIX
        case 2, 3: break
        default: return .unknownUsage
        }
        guard record.selector <= 1 else { return .unknownSelector }
        switch record.matchingType {
        case 0: return isReadable(record) ? nil : .unreadable
        case 1: return record.data.count == 32 ? nil : .digestLength
        case 2: return record.data.count == 64 ? nil : .digestLength
        default: return .unknownMatchingType
        }
    }

    /// Whether the data is a certificate, or a key; where it must vouch for something, one that can.
    private static func isReadable(_ record: TLSARecord) -> Bool {
        guard record.data.count <= maximumData else { return false }
        switch (record.usage, record.selector) {
        case (2, 0): return (try? Certificate(derEncoded: record.data)) != nil
        case (2, _): return (try? Certificate.PublicKey(derEncoded: record.data)) != nil
        case (_, 0): return (try? CertificateFields(certificate: record.data)) != nil
        default: return (try? DER.parse(record.data)) != nil
        }
    }
}
