/// The body of `Content-Disposition` (RFC 2183).
public struct ContentDisposition: Hashable, Sendable {
    /// `inline`, `attachment` or another word, in lower case.
    public let type: [UInt8]
    /// `filename` and others.
    public let parameters: MIMEParameters

    /// - Returns: nil when there is no word.
    public init?(_ body: [UInt8]) {
        var reader = ParameterReader(body)
        type = reader.word(upTo: ";").map(\.lowercasedASCII)
        guard !type.isEmpty else { return nil }
        parameters = MIMEParameters(&reader)
    }

    /// To be kept, not to be shown. RFC 2183 §2.8 has unknown words mean this.
    public var isAttachment: Bool { !type.elementsEqual("inline".utf8) }
}
