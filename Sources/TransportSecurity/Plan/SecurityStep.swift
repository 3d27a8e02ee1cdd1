/// What one of those who are asked says of a connection: a line on the page.
public struct SecurityStep: Sendable, Hashable, Codable {
    /// Who says it.
    public enum Source: String, Sendable, Hashable, Codable {
        case dane, mtaSTS, ratchet, requireTLS, person, localRule, connection
    }

    /// What follows from it.
    public enum Effect: String, Sendable, Hashable, Codable {
        /// Nothing.
        case none
        /// It asks for something.
        case required
        /// What it asked for was met.
        case met
        /// It was not: wait.
        case postponed
        /// It was not: a person must decide.
        case held
    }

    /// Who says it.
    public let source: Source
    /// What follows.
    public let effect: Effect
    /// In English, without addresses.
    public let words: String

    init(_ source: Source, _ effect: Effect, _ words: String) {
        self.source = source
        self.effect = effect
        self.words = words
    }
}
