/// Why a record, or an explanation, is malformed.
public struct SPFSyntaxError: Error, Sendable, Hashable {
    /// What is wrong.
    public enum Reason: String, Sendable, Hashable {
        case version = "no version"
        case term = "neither a directive nor a modifier"
        case mechanism = "an unknown mechanism"
        case argument = "an argument that the mechanism doesn't take, or none where it needs one"
        case domain = "no domain-spec"
        case macro = "a malformed macro"
        case letter = "a macro that is for explanations only"
        case octet = "an octet that isn't allowed"
        case network = "no address of this kind"
        case prefixLength = "no prefix length"
        case repeated = "a modifier that may stand there only once"
    }

    /// What is wrong.
    public let reason: Reason
    /// Where, in octets from the start.
    public let offset: Int
}

extension SPFSyntaxError: CustomStringConvertible {
    /// What is wrong and where; nothing of the record.
    public var description: String { "\(reason.rawValue) at octet \(offset)" }
}
