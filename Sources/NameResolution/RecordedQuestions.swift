import Synchronization

/// A resolver that asks another one, and remembers what was asked and answered: for explanations and tests.
public final class RecordedQuestions: Resolver {
    /// A question with its answer.
    public struct Entry: Sendable, Hashable {
        public let name: DNSName
        public let type: RecordType
        public let answer: Answer
    }

    private let resolver: any Resolver
    private let remembered = Mutex<[Entry]>([])

    /// Asks `resolver`.
    public init(_ resolver: any Resolver) { self.resolver = resolver }

    /// What was asked until now, in the order of the answers.
    public var entries: [Entry] { remembered.withLock { $0 } }

    public func resolve(_ name: DNSName, _ type: RecordType) async -> Answer {
        let answer = await resolver.resolve(name, type)
        remembered.withLock { $0.append(Entry(name: name, type: type, answer: answer)) }
        return answer
    }
}
