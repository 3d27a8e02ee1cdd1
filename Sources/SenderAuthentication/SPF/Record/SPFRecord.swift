/// What a domain publishes about who may use its name (RFC 7208 §3, §4.6).
public struct SPFRecord: Sendable, Hashable {
    /// The directives in the order in which they are tried.
    public internal(set) var directives: [SPFDirective] = []
    /// The domain whose record decides when no directive matches (§6.1).
    public internal(set) var redirect: SPFMacroString?
    /// Where the explanation of a fail is (§6.2).
    public internal(set) var explanation: SPFMacroString?
    /// All other modifiers; they have no effect.
    public internal(set) var otherModifiers: [SPFModifier] = []

    init() {}

    /// Reads a record, the strings of its TXT record joined.
    ///
    /// - Throws: an error for anything malformed anywhere: such a record is a permerror even if a directive before that place
    ///   would match (§4.6).
    public init(_ text: [UInt8]) throws(SPFSyntaxError) {
        var grammar = SPFGrammar(text)
        self = try grammar.record()
    }

    /// Whether a TXT record is an SPF record, well-formed or not: it begins with the version, and then it ends or a space
    /// follows (§4.5).
    public static func isRecord(_ text: [UInt8]) -> Bool { SPFGrammar(text).hasVersion }
}

extension SPFRecord: CustomStringConvertible {
    /// The record in one form: directives, redirect, exp, then the other modifiers.
    public var description: String {
        var terms = ["v=spf1"] + directives.map(\.description)
        if let redirect { terms.append("redirect=\(redirect)") }
        if let explanation { terms.append("exp=\(explanation)") }
        terms += otherModifiers.map { "\(String(decoding: $0.name, as: UTF8.self))=\($0.value)" }
        return terms.joined(separator: " ")
    }
}
