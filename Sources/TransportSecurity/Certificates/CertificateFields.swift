import InternetMessage
import SwiftASN1

/// What DANE needs of a certificate (RFC 5280 §4.1), exactly as it is encoded, also where the key is of an unknown
/// kind.
struct CertificateFields {
    /// `SubjectPublicKeyInfo` in DER.
    let publicKey: [UInt8]
    /// Seconds since 1970; nil when it ends before it begins.
    let validity: ClosedRange<Int64>?

    /// - Parameter certificate: `Certificate` in DER.
    init(certificate der: [UInt8]) throws {
        let parts = try Self.children(of: try DER.parse(der))
        guard parts.count == 3 else { throw ASN1Error.invalidASN1Object(reason: "a certificate has three parts") }
        try self.init(parts[0])
    }

    /// - Parameter toBeSigned: `TBSCertificate` in DER.
    init(toBeSigned der: ArraySlice<UInt8>) throws { try self.init(try DER.parse(der)) }

    private init(_ toBeSigned: ASN1Node) throws {
        var fields = try Self.children(of: toBeSigned)[...]
        // RFC 5280 §4.1: version [0] is absent in version 1.
        if fields.first?.identifier == ASN1Identifier(tagWithNumber: 0, tagClass: .contextSpecific) {
            fields.removeFirst()
        }
        // serialNumber, signature, issuer, validity, subject, subjectPublicKeyInfo
        guard fields.count >= 6 else { throw ASN1Error.invalidASN1Object(reason: "a certificate has more fields") }
        let start = fields.startIndex
        let key = fields[start + 5]
        guard try Self.children(of: key).count == 2 else {
            throw ASN1Error.invalidASN1Object(reason: "a public key has two parts")
        }
        publicKey = Array(key.encodedBytes)
        let times = try Self.children(of: fields[start + 3])
        guard times.count == 2 else { throw ASN1Error.invalidASN1Object(reason: "a validity has two times") }
        let (first, last) = (try Self.time(times[0]), try Self.time(times[1]))
        validity = first <= last ? first...last : nil
    }

    private static func children(of node: ASN1Node) throws -> [ASN1Node] {
        guard node.identifier == .sequence, case .constructed(let children) = node.content else {
            throw ASN1Error.unexpectedFieldType(node.identifier)
        }
        return Array(children)
    }

    /// RFC 5280 §4.1.2.5: UTCTime, or GeneralizedTime.
    private static func time(_ node: ASN1Node) throws -> Int64 {
        if node.identifier == .utcTime {
            let time = try UTCTime(derEncoded: node)
            return seconds(time.year, time.month, time.day, time.hours, time.minutes, time.seconds)
        }
        let time = try GeneralizedTime(derEncoded: node)
        return seconds(time.year, time.month, time.day, time.hours, time.minutes, time.seconds)
    }

    /// Since 1970; no number is wider than its place in a certificate, so that no sum overflows.
    private static func seconds(_ year: Int, _ month: Int, _ day: Int, _ hour: Int, _ minute: Int, _ second: Int)
        -> Int64
    {
        let date = CivilDate(
            year: min(max(year, 0), 9_999), month: min(max(month, 1), 12), day: min(max(day, 1), 31))
        let time = min(max(hour, 0), 24) * 3_600 + min(max(minute, 0), 60) * 60 + min(max(second, 0), 61)
        return Int64(date.daysSince1970 * 86_400 + time)
    }
}
