import InternetMessage
package import SwiftASN1

/// Pieces of a certificate's structure.
package enum CertificateNode {
    package static func children(of node: ASN1Node, _ identifier: ASN1Identifier = .sequence) throws -> [ASN1Node] {
        guard node.identifier == identifier, case .constructed(let children) = node.content else {
            throw ASN1Error.unexpectedFieldType(node.identifier)
        }
        return Array(children)
    }

    /// RFC 5280 §4.1: of a `TBSCertificate`, what comes from the serial number on: signature, issuer, validity, subject,
    /// subjectPublicKeyInfo, and then what may be missing. The version, [0], is absent in version 1.
    package static func fields(ofTBSCertificate node: ASN1Node) throws -> [ASN1Node] {
        var fields = try children(of: node)
        if fields.first?.identifier == ASN1Identifier(tagWithNumber: 0, tagClass: .contextSpecific) {
            fields.removeFirst()
        }
        guard fields.count >= 6 else { throw ASN1Error.invalidASN1Object(reason: "a certificate has more fields") }
        return fields
    }

    /// The two times of a validity; nil when it ends before it begins.
    package static func validity(_ node: ASN1Node) throws -> ClosedRange<Int64>? {
        let times = try children(of: node)
        guard times.count == 2 else { throw ASN1Error.invalidASN1Object(reason: "a validity has two times") }
        let (first, last) = (try time(times[0]), try time(times[1]))
        return first <= last ? first...last : nil
    }

    /// RFC 5280 §4.1.2.5: UTCTime or GeneralizedTime, in seconds since 1970.
    private static func time(_ node: ASN1Node) throws -> Int64 {
        if node.identifier == .utcTime {
            let time = try UTCTime(derEncoded: node)
            return seconds(time.year, time.month, time.day, time.hours, time.minutes, time.seconds)
        }
        let time = try GeneralizedTime(derEncoded: node)
        return seconds(time.year, time.month, time.day, time.hours, time.minutes, time.seconds)
    }

    /// No number is wider than its place in a certificate, so that no sum overflows.
    private static func seconds(_ year: Int, _ month: Int, _ day: Int, _ hour: Int, _ minute: Int, _ second: Int)
        -> Int64
    {
        let date = CivilDate(
            year: min(max(year, 0), 9_999), month: min(max(month, 1), 12), day: min(max(day, 1), 31))
        let time = min(max(hour, 0), 24) * 3_600 + min(max(minute, 0), 60) * 60 + min(max(second, 0), 61)
        return Int64(date.daysSince1970 * 86_400 + time)
    }
}
