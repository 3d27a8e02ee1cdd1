/// Why something isn't read as a report. What it says is of our own words: no octet of the report is in it.
public enum ReportFault: Error, Sendable, Hashable {
    /// No part of the message is a report.
    case noReport
    /// The transfer encoding of the part is damaged.
    case damagedEncoding
    /// A gzip file or zip archive that can't be unpacked, and why.
    case damagedArchive(String)
    /// The file is longer than so many octets.
    case tooLarge(limit: Int)
    /// It unpacks to more than so many octets.
    case unpacksToMore(limit: Int)
    /// It unpacks to more than so many times its own length.
    case unpacksTooFar(ratio: Int)
    /// No JSON, or no XML: what is wrong.
    case malformed(String)
    /// Elements or arrays are more than so deep in one another.
    case tooDeep(limit: Int)
    /// A JSON text with more than so many values.
    case tooManyValues(limit: Int)
    /// A document type or an entity, which reports have no use for and attacks have.
    case forbiddenXML(String)
    /// Something that a report must say isn't there.
    case missing(String)
    /// Something has a value that it can't have.
    case invalid(String)
    /// The report is about a domain that isn't ours.
    case notOurDomain
}

extension ReportFault: CustomStringConvertible {
    /// One sentence.
    public var description: String {
        switch self {
        case .noReport: "no part of the message is a report in JSON or XML, in gzip, zip or neither"
        case .damagedEncoding: "the transfer encoding of the report is damaged"
        case .damagedArchive(let cause): "the report can't be unpacked: \(cause)"
        case .tooLarge(let limit): "the report's file is over \(limit) octets"
        case .unpacksToMore(let limit): "the report unpacks to more than \(limit) octets"
        case .unpacksTooFar(let ratio): "the report unpacks to more than \(ratio) times its length"
        case .malformed(let cause): "the report is malformed: \(cause)"
        case .tooDeep(let limit): "the report is nested more than \(limit) deep"
        case .tooManyValues(let limit): "the report has more than \(limit) values"
        case .forbiddenXML(let what): "the report has \(what), which no report needs"
        case .missing(let what): "the report lacks \(what)"
        case .invalid(let what): "the report has an impossible \(what)"
        case .notOurDomain: "the report is about a domain that isn't ours"
        }
    }
}
