import NameResolution
import Synchronization
import Testing

/// Answers what it was told to, name by name, and remembers what was asked; anything else doesn't exist, and that is
/// signed.
final class FixedResolver: Resolver {
    private let answers: Mutex<[String: Answer]>
    private let asked = Mutex<[String]>([])

    init(_ answers: [String: Answer] = [:]) { self.answers = Mutex(answers) }

    /// `name TYPE`, in the order in which it was asked.
    var questions: [String] { asked.withLock { $0 } }

    func set(_ question: String, _ answer: Answer) { answers.withLock { $0[question] = answer } }

    func resolve(_ name: DNSName, _ type: RecordType) async -> Answer {
        let question = "\(name.text.lowercased()) \(type)"
        asked.withLock { $0.append(question) }
        return answers.withLock { $0[question] } ?? Answer(.noSuchName, security: .secure, timeToLive: 60)
    }
}

extension Answer {
    static func address(_ security: SecurityStatus = .secure, aliases: [String] = [], timeToLive: UInt32 = 300) throws
        -> Answer
    {
        let address = try #require(IPAddress("192.0.2.1"))
        return Answer(
            .records([.address(address)]), security: security, timeToLive: timeToLive, aliases: try aliases.map(name))
    }

    static func tlsa(_ records: [TLSARecord], _ security: SecurityStatus = .secure, timeToLive: UInt32 = 300) -> Answer
    {
        Answer(.records(records.map(RecordData.tlsa)), security: security, timeToLive: timeToLive)
    }

    static func tlsa(_ records: String..., security: SecurityStatus = .secure) throws -> Answer {
        .tlsa(try records.map { try TLSARecord($0) }, security)
    }

    static func text(_ texts: String...) -> Answer {
        Answer(.records(texts.map { .text([Array($0.utf8)]) }), security: .insecure)
    }

    static func failure(_ failure: Answer.Failure) -> Answer { Answer(.failure(failure), security: .indeterminate) }
}
