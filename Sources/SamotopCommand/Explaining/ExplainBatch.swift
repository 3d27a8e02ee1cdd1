import Foundation
import NameResolution

/// Explains JSON lines one by one.
struct ExplainBatch: Sendable {
    let explainer: Explainer
    let lookup: LookupOptions

    /// Writes a line for each line that isn't empty. A line that can't be read gets one with `error`.
    func run(_ octets: [UInt8]) async throws {
        var shared: (any Resolver)?
        for line in octets.split(separator: 0x0A) where !line.allSatisfy({ $0 <= 0x20 }) {
            var explanation = Explanation()
            do {
                let question = try JSONDecoder().decode(ExplainedQuestion.self, from: Data(line))
                if shared == nil, question.zone == nil { shared = try lookup.makeResolver(explainer.configuration) }
                let resolver = try question.zone.map { try Self.resolver($0) } ?? shared
                guard let resolver else { continue }
                explanation = await explainer.explain(try arrival(question), asking: resolver)
            } catch let failure as StartFailure {
                explanation.error = failure.lines.joined(separator: "; ")
            } catch let error as ZoneFileError {
                explanation.error = "zone: \(error.problem)"
            } catch let error as DecodingError {
                explanation.error = "not a question: \(Self.reason(error))"
            }
            StandardOutput().write(try ExplanationText.json(explanation, isPretty: false))
        }
    }

    private func arrival(_ question: ExplainedQuestion) throws(StartFailure) -> Explainer.Arrival {
        guard let ip = question.ip, let client = IPAddress(ip) else {
            throw StartFailure(ExitStatus.usage, ["ip: missing, or not an address"])
        }
        var message = question.message.map { Array($0.utf8) }
        if let file = question.messageFile { message = try LookupOptions.read(file, limit: Explainer.maximumLength) }
        return Explainer.Arrival(
            client: client, helo: Array((question.helo ?? "").utf8), mailFrom: Array((question.mailFrom ?? "").utf8),
            message: message.map(LineEnds.normalized), now: question.now ?? Int64(Date().timeIntervalSince1970))
    }

    private static func resolver(_ zone: [String: [ExplainedQuestion.Entry]]) throws(ZoneFileError) -> ZoneResolver {
        let entries = zone.flatMap { name, entries in
            entries.map { entry -> (name: String, type: String, value: String) in
                switch entry {
                case .record(let type, let value): (name, type, value)
                case .failure(let word): (name, "ANY", word)
                }
            }
        }
        return try ZoneResolver(entries: entries)
    }

    private static func reason(_ error: DecodingError) -> String {
        switch error {
        case .keyNotFound(let key, _): "\(key.stringValue) is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            "\(context.codingPath.map(\.stringValue).joined(separator: ".")): \(context.debugDescription)"
        case .dataCorrupted: "not JSON"
        @unknown default: "not readable"
        }
    }
}
