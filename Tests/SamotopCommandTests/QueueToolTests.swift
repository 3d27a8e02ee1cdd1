import ArgumentParser
import Foundation
import SamotopQueue
import Testing

@testable import SamotopCommand

@Suite("samotop queue: what its decisions print for programs")
struct QueueToolTests {
    private func document(
        _ action: QueueRequest.Action, _ result: CommandResult, _ change: (inout QueueRequest) -> Void = { _ in }
    ) throws -> [String: Any] {
        var request = QueueRequest(action)
        change(&request)
        let text = try QueueToolCommand.text(DecisionDocument(request, result))
        let object = try JSONSerialization.jsonObject(with: Data(text.utf8))
        return try #require(object as? [String: Any])
    }

    @Test("What was done, for how many; why others were left, where others were")
    func counts() throws {
        let some = try document(.hold, CommandResult(changed: 2, delivering: 1, unchanged: 3))
        #expect(some.keys.sorted() == ["action", "changed", "delivering", "unchanged", "why"])
        #expect(some["action"] as? String == "hold")
        #expect(some["changed"] as? Int == 2 && some["delivering"] as? Int == 1 && some["unchanged"] as? Int == 3)
        let why = try #require(some["why"] as? [String: String])
        #expect(why["delivering"]?.hasPrefix("a delivery is under way; done after it") == true)
        #expect(why["unchanged"] == "held already, or settled")
        let all = try document(.drop, CommandResult(changed: 1))
        #expect(all["why"] as? [String: String] == [:])
    }

    @Test("The message and the recipient that were named")
    func named() throws {
        let found = try document(.retry, CommandResult(delivering: 1)) { ($0.message, $0.number) = ("01jx", 2) }
        #expect(found["message"] as? String == "01jx" && found["number"] as? Int == 2)
        #expect(found["why"] as? [String: String] == ["delivering": "a delivery is under way"])
    }

    @Test(
        "Each command takes --json",
        arguments: [
            ["list"], ["totals"], ["show", "01jx"], ["why", "01jx"], ["destinations"], ["retry", "--all"],
            ["hold", "01jx"], ["release", "--all"], ["fail", "01jx"], ["drop", "01jx"],
            ["readdress", "--to", "a@x.test", "01jx"], ["suppressed", "list"],
            ["suppressed", "add", "a@x.test", "--network"], ["suppressed", "remove", "a@x.test"],
        ])
    func everywhere(_ arguments: [String]) throws {
        _ = try QueueToolCommand.parseAsRoot(arguments + ["--json"])
    }
}
