#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif
import Foundation
import SMTP
import SamotopCore
import SamotopDelivery
import SamotopQueue
import Testing

@testable import SamotopCommand

@Suite("What the end of a mailbox's program means")
struct CommandOutcomeTests {
    private func kind(_ end: ProgramResult.End) -> String {
        switch CommandOutcome.outcome(of: end) {
        case .delivered: "delivered"
        case .postponed(let failure): failure.status.severity == 4 ? "later" : "?"
        case .refused(let failure): failure.status.severity == 5 ? "refused" : "?"
        case .held: "?"
        }
    }

    @Test("F19: each status is a yes, a no, or later; a program that broke returns no mail")
    func statuses() {
        for number in 0...255 as ClosedRange<Int32> {
            let expected =
                switch number {
                case 0: "delivered"
                case 75: "later"
                case 64...78: "refused"
                default: "later"
                }
            #expect(kind(.exited(number)) == expected, "\(number)")
        }
        let ends: [ProgramResult.End] = [
            .signalled(9), .signalled(11), .timedOut, .cancelled, .unreadable, .notStarted("exec: ENOENT"),
        ]
        for end in ends { #expect(kind(end) == "later", "\(end)") }
        guard case .refused(let failure) = CommandOutcome.outcome(of: .exited(67)) else {
            Issue.record("67")
            return
        }
        #expect(failure.status == EnhancedStatusCode(5, 1, 1) && failure.words.contains("67"))
        guard case .postponed(let missing) = CommandOutcome.outcome(of: .notStarted("x")) else { return }
        #expect(missing.isHostWide)
    }

    private func address(_ text: String) throws -> Mailbox { try #require(Mailbox(text)) }

    /// What a program that says what it was given says, by way of a file.
    @Test("A program gets its placeholders, Return-Path and Delivered-To, and what is documented in its environment")
    func given() async throws {
        let place = try Workplace()
        let file = place.path + "/seen"
        #expect(FileManager.default.createFile(atPath: file, contents: nil))
        #expect(chmod(file, 0o666) == 0 && chmod(place.path, 0o711) == 0)
        let script =
            "(printf '%s|' \"$@\"; echo; env | grep -vE '^(PWD|OLDPWD|SHLVL|_|HOME|PATH)=' | sort; cat) >'\(file)'"
        let own = try address("pam@our.test")
        let command = try DeliveryCommand(
            ["/bin/sh", "-c", script, "sh", "{recipient}", "<{sender}>", "{mailbox}", "{tag}"],
            user: geteuid() == 0 ? "nobody" : nil)
        let domain = try #require(DomainName("our.test"))
        let directory = try Directory(
            domains: [domain],
            mailboxes: [
                MailboxEntry(address: try address("bob@our.test"), name: "bob", folder: "bob"),
                MailboxEntry(address: own, name: "pam", folder: "pam", handover: .command(command)),
            ],
            patterns: [
                PatternEntry(
                    domain: domain, pattern: try LocalPartPattern("pam+{tag}"), targets: [own], folderField: "tag")
            ], postmaster: "bob")
        let transport = CommandTransport(
            runner: ProgramRunner(count: 1, limit: .seconds(30)),
            mailbox: { directory.handedMailbox(for: $0) }, logger: nil)
        let job = DeliveryJob(
            id: DeliveryJobID(1),
            message: QueuedMessage(
                id: "id1", reversePath: .mailbox(try address("s@out.test")), submitter: Submitter(.stranger, name: ""),
                arrived: Timestamp(seconds: 1), size: 1),
            recipients: [QueuedRecipient(number: 0, path: try address("pam+shop@our.test"))],
            destination: QueueDestination(.command, "pam"))
        let report = await transport.deliver(job, content: MemoryContent(Array("Subject: x\r\n\r\nHi.\r\n".utf8)))
        #expect(report.isLocal && report.outcomes.map { if case .delivered = $0 { true } else { false } } == [true])
        #expect(
            try String(contentsOfFile: file, encoding: .utf8) == """
                pam+shop@our.test|<s@out.test>|pam@our.test|shop|
                MAILBOX=pam@our.test
                MESSAGE=id1
                RECIPIENT=pam+shop@our.test
                SENDER=s@out.test
                TAG=shop
                Return-Path: <s@out.test>
                Delivered-To: pam+shop@our.test
                Subject: x

                Hi.

                """)
    }
}
