/// `class.subject.detail` of RFC 3463, with the class taken from the reply it stands in.
public struct EnhancedStatusCode: Sendable, Hashable {
    /// 2, 4 or 5.
    public let severity: UInt8
    /// RFC 3463 §3: 0…999.
    public let subject: UInt16
    /// RFC 3463 §3: 0…999.
    public let detail: UInt16

    /// Makes a code; the parts are taken as they are.
    public init(_ severity: UInt8, _ subject: UInt16, _ detail: UInt16) {
        self.severity = severity
        self.subject = subject
        self.detail = detail
    }

    /// For example `5.7.1`, in ASCII.
    public var bytes: [UInt8] { Array("\(severity).\(subject).\(detail)".utf8) }
}

extension EnhancedStatusCode: CustomStringConvertible {
    /// For example `5.7.1`.
    public var description: String { "\(severity).\(subject).\(detail)" }
}
