public import InternetMessage

/// Finds the report in a message, or in a file, and reads it. It trusts nothing and needs nothing but octets.
public struct ReportReader: Sendable {
    /// How much is read.
    public var limits: ReadingLimits

    /// A reader.
    public init(limits: ReadingLimits = ReadingLimits()) { self.limits = limits }

    /// The report in a message: of its parts the first that has a media type or file name of a report (RFC 8460 §5.3, RFC 9990
    /// §3.5).
    public func report(in message: MIMEMessage) throws(ReportFault) -> ReceivedReport.Content {
        guard let part = message.entities.first(where: Self.isReport) else { throw .noReport }
        // In base64, three octets become four and a line end.
        guard part.bodyRange.count <= limits.file / 2 * 3 else { throw .tooLarge(limit: limits.file) }
        let content = message.content(of: part)
        guard !content.isDamaged else { throw .damagedEncoding }
        return try report(in: content.bytes)
    }

    /// The report in a file: JSON or XML, as it is, in gzip or alone in a zip archive. What it is its octets tell, not its name.
    public func report(in file: [UInt8]) throws(ReportFault) -> ReceivedReport.Content {
        guard file.count <= limits.file else { throw .tooLarge(limit: limits.file) }
        let largest = max(limits.json, limits.xml)
        let text: [UInt8]
        if file.starts(with: [0x1F, 0x8B]) {
            text = try Gzip.decompress(file, limit: largest, ratio: limits.ratio)
        } else if file.starts(with: [0x50, 0x4B]) {
            text = try ZipArchive.file(in: file, limit: largest, ratio: limits.ratio)
        } else {
            text = file
        }
        let start = text.first { ![0x20, 0x09, 0x0D, 0x0A, 0xEF, 0xBB, 0xBF].contains($0) }
        switch start {
        case UInt8(ascii: "{"): return .tls(try ReceivedTLSReport(json: text, limits: limits))
        case UInt8(ascii: "<"): return .dmarc(try ReceivedDMARCReport(xml: text, limits: limits))
        default: throw .malformed("neither JSON nor XML")
        }
    }

    private static let types = [
        "application/tlsrpt+gzip", "application/tlsrpt+json", "application/gzip", "application/x-gzip",
        "application/zip",
        "application/x-zip", "application/x-zip-compressed", "text/xml", "application/xml", "application/json",
    ]
    private static let endings = [".xml.gz", ".json.gz", ".zip", ".xml", ".json", ".gz"]

    private static func isReport(_ entity: MIMEEntity) -> Bool {
        if entity.isMultipart || entity.mediaType.isMessage { return false }
        if types.contains(String(decoding: entity.mediaType.name, as: UTF8.self)) { return true }
        guard entity.mediaType.matches("application", "octet-stream"), let name = AttachmentName(entity).sent else {
            return false
        }
        let end = String(decoding: name.suffix(16), as: UTF8.self).lowercased()
        return endings.contains { end.hasSuffix($0) }
    }
}
