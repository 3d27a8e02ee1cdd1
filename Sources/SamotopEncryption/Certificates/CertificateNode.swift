import InternetMessage
import SwiftASN1

/// Pieces of a certificate's structure.
enum CertificateNode {
    static func children(of node: ASN1Node, _ identifier: ASN1Identifier = .sequence) throws -> [ASN1Node] {
        guard node.identifier == identifier, case .constructed(let children) = node.content else {
            throw ASN1Error.unexpectedFieldType(node.identifier)
        }
        return Array(children)
    }

    /// RFC 5280 §4.1.2.5: UTCTime or GeneralizedTime, in seconds since 1970.
    static func time(_ node: ASN1Node) throws -> Int64 {
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
