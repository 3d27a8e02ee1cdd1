import Foundation
import SamotopReports

/// What `samotop reports` asks a running server: a line of JSON on the control socket.
struct ReportRequest: Codable, Sendable {
    enum Action: String, Codable { case list, show, send, trial }

    var action: Action
    /// Of which kind alone.
    var kind: ReportKind?
    /// A report's number.
    var number: Int64?
    var limit: Int?
    /// Answer for programs.
    var json: Bool
}

/// Answers ``ReportRequest``s, with a text as a string of JSON.
struct ReportAnswers: Sendable {
    /// Reports of a list at most.
    static let page = 1_000

    let received: any ReceivedReportStore
    /// Nil: none are sent.
    let desk: ReportDesk?

    @Sendable func answer(_ line: Substring) async throws -> String {
        guard let request = try? JSONDecoder().decode(ReportRequest.self, from: Data(line.utf8)) else {
            throw ControlRefusal(words: "this server can't read that; use the samotop that it was started from")
        }
        let text = try await text(request)
        return String(decoding: try JSONEncoder().encode(text), as: UTF8.self)
    }

    private func text(_ request: ReportRequest) async throws -> String {
        switch request.action {
        case .list:
            let limit = min(max(1, request.limit ?? 100), Self.page)
            let reports = try await received.reports(request.kind, limit: limit)
            return request.json ? Self.text(try ReportsJSON.list(reports)) : ReportsText.list(reports)
        case .show:
            guard let number = request.number, let report = try await received.report(number) else {
                throw ControlRefusal(words: "there is no report of this number; samotop reports list shows them")
            }
            return request.json ? Self.text(try ReportsJSON.show(report)) : ReportsText.show(report)
        case .send, .trial:
            guard let desk else { throw ControlRefusal(words: "no reports are sent: write reports.send and relay:") }
            let run = await desk.run(isDryRun: request.action == .trial)
            return request.json ? Self.text(try ReportsJSON.run(run)) : ReportsText.run(run)
        }
    }

    private static func text(_ octets: [UInt8]) -> String { String(decoding: octets, as: UTF8.self) }
}
