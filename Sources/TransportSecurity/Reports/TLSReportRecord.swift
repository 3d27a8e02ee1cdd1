/// The TXT record at `_smtp._tls` below a domain (RFC 8460 §3): where it wants reports.
public struct TLSReportRecord: Sendable, Hashable {
    /// Where a report goes.
    public enum Destination: Sendable, Hashable {
        /// By mail: the address, as it is written in the URI with its percent-encoding undone.
        case mail([UInt8])
        /// By HTTPS POST: the URI.
        case https(String)
    }

    /// Why there is no record.
    public enum Failure: String, Sendable, Hashable, Error {
        /// No text begins with `v=TLSRPTv1;`.
        case none
        /// More than one does.
        case several
        /// It is malformed, or has no destination that is known.
        case malformed
    }

    /// Destinations at most; more are left out.
    public static let maximumDestinations = 10

    /// At least one.
    public let destinations: [Destination]

    /// The one record among the texts of the name.
    public init(texts: [[UInt8]]) throws(Failure) { fatalError() }
}
