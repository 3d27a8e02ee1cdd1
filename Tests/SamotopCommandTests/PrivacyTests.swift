import Foundation
import SMTP
import SamotopDelivery
import Testing

@testable import SamotopCommand

@Suite("P01: privacy in the configuration")
struct PrivacyTests {
    private func read(_ more: String) throws -> Configuration {
        try ConfigurationTests.read(SampleConfiguration.text + more)
    }

    @Test("one word turns all of it on, in place of the section or as its mode")
    func word() throws {
        for text in ["privacy: no-trace\n", "privacy: {mode: no-trace}\n"] {
            let configuration = try read(text)
            #expect(configuration.privacy == PrivacySettings(.noTrace))
            #expect(configuration.trace == .least)
            #expect(configuration.contacts.mailboxRequests == .off)
        }
        let usual = try read("")
        #expect(usual.privacy == PrivacySettings())
        #expect(usual.trace == TraceSettings() && usual.contacts.mailboxRequests == .on)
        let argued = try ConfigurationTests.read(SampleConfiguration.text, arguments: ["privacy=no-trace"])
        #expect(argued.privacy == PrivacySettings(.noTrace))
    }

    @Test("a part that is written has the last word, and each can be had by itself")
    func parts() throws {
        let most = try read("privacy: {mode: no-trace, log: told}\ntrace: {time: hour}\n")
        #expect(most.privacy.log == .told && most.privacy.stores == .sealed && most.privacy.memory == .locked)
        #expect(most.trace.time == .hour && most.trace.client == .omitted)
        let parts: [(String, KeyPath<PrivacySettings, Bool>)] = [
            ("log: omitted", \.hidesLog), ("trace: omitted", \.hidesTrace), ("maildir: coarse", \.isCoarse),
            ("stores: sealed", \.isSealed), ("memory: locked", \.isLocked),
        ]
        for (text, part) in parts {
            let privacy = try read("privacy: {\(text)}\n").privacy
            #expect(privacy[keyPath: part], "\(text)")
            #expect(parts.filter { privacy[keyPath: $0.1] }.count == 1, "\(text)")
        }
    }

    @Test(
        "what says the opposite is a problem that names the key and what to do",
        arguments: [
            ("log: {addresses: shown}", "log.addresses"), ("contacts: {audit-days: 5}", "contacts.audit-days"),
            ("contacts: {mailbox-requests: on}", "contacts.mailbox-requests"),
            ("contacts: {daily-summary: on}", "contacts.daily-summary"), ("encryption: off", "encryption"),
            ("reports: {receive: [tls@example.test]}", "reports"),
        ])
    func contradictions(text: String, key: String) {
        let problems = ConfigurationTests.problems(SampleConfiguration.text + "privacy: no-trace\n\(text)\n")
        #expect(problems.count == 1 && problems[0].contains(" \(key): "), "\(problems)")
        #expect(ConfigurationTests.problems(SampleConfiguration.text + "\(text)\n") == [])
    }

    @Test("days of a mailbox come before those of its domain; names that aren't ours are problems")
    func expiry() throws {
        let configuration = try read(
            "privacy: {mode: no-trace, expire-days: {Bob@example.test: 7, example.test: 365}}\n")
        #expect(configuration.expireDays == ["example.test/ann": 365, "example.test/bob": 7])
        #expect(try read("privacy: no-trace\n").expireDays == [:])
        for (days, words) in [
            ("eve@example.test: 7", "no mailbox"), ("example.test: 0", "out of range"),
            ("example.test: x", "whole number"),
        ] {
            let problems = ConfigurationTests.problems(SampleConfiguration.text + "privacy: {expire-days: {\(days)}}\n")
            #expect(problems.count == 1 && problems[0].contains(words), "\(problems)")
        }
    }

    @Test("P05: what nothing seals is refused where names are to be sealed, with what to do")
    func remains() throws {
        let place = try Workplace()
        func refused(_ more: String) throws -> [String] {
            var configuration = try read(more)
            configuration.state = place.path
            do throws(StartFailure) {
                try ReadableRemains.refuse(configuration)
                return []
            } catch {
                #expect(error.status == ExitStatus.configuration)
                return error.lines
            }
        }
        let sealed = "privacy: {stores: sealed}\n"
        #expect(try refused(sealed) == [])
        for name in ["contacts", "outgoing", "reports"] { try place.write("x", to: "\(name).sqlite") }
        #expect(try refused("") == [])
        let lines = try refused(sealed + "contacts: off\n")
        #expect(lines.count == 3, "\(lines)")
        for (line, words) in zip(lines, ["switch contacts on", "write relay:", "write privacy.stores: readable"]) {
            #expect(line.contains(words))
        }
        #expect(try refused(sealed).count == 2, "contacts are opened, and sealed then")
    }

    @Test("F10: nothing expires in a round in which the clock was set")
    func clock() {
        let day: Int64 = 86_400
        var schedule = ExpirySchedule(time: 1_000_000, uptime: .zero)
        var (time, uptime) = (Int64(1_000_000), Duration.zero)
        func round(_ shown: Int64, _ passed: Int64 = day) -> Bool {
            time += shown
            uptime += .seconds(passed)
            return schedule.mayExpire(time: time, uptime: uptime)
        }
        #expect(round(3_600, 3_600))
        #expect(round(day + 3_600))
        #expect(!round(day + 3_601))
        #expect(round(day - 3_600))
        #expect(!round(40 * day))
        #expect(round(day))
        #expect(!round(-40 * day))
        for extreme in [Int64.max, .min] {
            let mayExpire = schedule.mayExpire(time: extreme, uptime: uptime)
            #expect(!mayExpire)
        }
    }

    @Test("F10: a clock that is wrong from the start removes nothing, unless a later day confirms it")
    func days() {
        var days = ExpiryDays()
        func round(_ day: Int64) -> Bool {
            // Each time as after a restart.
            days = ExpiryDays(days.text)
            return days.confirm(day * 86_400 + 3_600)
        }
        #expect(!round(20_000), "the first: nobody knows")
        #expect(!round(20_000), "the same day, after another start")
        #expect(round(20_001))
        #expect(round(20_001))
        #expect(round(20_003))
        #expect(!round(33_000), "the machine starts in 2060")
        #expect(round(20_003), "and its clock is set")
        #expect(!round(33_000))
        #expect(!round(33_000))
        #expect(round(20_004))
        #expect(round(20_000), "an earlier one removes less")
        #expect(!round(20_010), "it was off for long")
        #expect(!round(20_013))
        #expect(round(20_014))
        for text in ["x", "9223372036854775807 9223372036854775806", "- 9223372036854775806", "-9223372036854775808 -"]
        {
            days = ExpiryDays(text)
            let isConfirmed = days.confirm(Int64.max / 2)
            #expect(!isConfirmed, "\(text)")
        }
    }

    @Test("the days are kept in a file; one that can't be read counts as none")
    func daysFile() throws {
        let place = try Workplace()
        var configuration = try read("")
        configuration.state = place.path
        let file = ExpiryDaysFile(configuration)
        #expect(file.read() == ExpiryDays())
        var days = ExpiryDays()
        let confirmed = [days.confirm(0), days.confirm(86_400)]
        #expect(confirmed == [false, true])
        try file.write(days)
        #expect(file.read() == days && days.last == 1)
    }

    @Test("mailboxes of the table expire as well, and a reload takes other days up")
    func expiryOfTable() throws {
        var configuration = try read("privacy: {expire-days: {example.test: 365}}\n")
        let address = try #require(Mailbox("cleo@example.test"))
        configuration.addressTable.rows = [try #require(AddressRow(address, .mailbox))]
        #expect(configuration.expireDays["example.test/cleo"] == 365)
        let other = try read("privacy: {expire-days: {example.test: 7}}\n")
        #expect(other.differsOnlyInMailboxes(from: configuration))
    }

    @Test("P05: a key that was to be elsewhere isn't made, nor used when others may read it; the doctor says so, too")
    func key() throws {
        let place = try Workplace()
        let path = place.path + "/token/key"
        var configuration = try read("privacy: {stores: sealed, key: \(path)}\n")
        configuration.state = place.path
        func refusal() -> String? {
            do throws(StartFailure) {
                _ = try QueueKey.bytes(configuration)
                return nil
            } catch { return error.lines.joined() }
        }
        #expect(try #require(refusal()).contains("openssl rand -out \(path) 32"))
        #expect(LocalFile.status(path) == nil)
        let missing = MachineChecks(configuration).findings()
        #expect(missing.contains { $0.subject == "key" && $0.status == .problem })
        try FileManager.default.createDirectory(atPath: place.path + "/token", withIntermediateDirectories: false)
        try place.write(String(repeating: "k", count: 32), to: "token/key", mode: 0o640)
        #expect(try #require(refusal()).contains("chmod 600"))
        #expect(MachineChecks(configuration).findings().contains { $0.subject == "key" && $0.status == .problem })
        try place.write(String(repeating: "k", count: 32), to: "token/key")
        #expect(refusal() == nil)
        #expect(MachineChecks(configuration).findings().contains { $0.subject == "key" && $0.status == .ok })
        configuration.privacy.key = nil
        #expect(try QueueKey.bytes(configuration).count == 32 && LocalFile.status(place.path + "/queue.key") != nil)
    }

    @Test("P06: swap is there when the system's list names some")
    func swap() throws {
        let place = try Workplace()
        let head = "Filename\tType\tSize\tUsed\tPriority\n"
        #expect(!Hardening.hasSwap(try place.write(head, to: "none")))
        #expect(Hardening.hasSwap(try place.write(head + "/dev/zram0\tpartition\t1024\t0\t100\n", to: "some")))
        #expect(Hardening.hasSwap(place.path + "/missing"), "nobody knows")
    }
}

extension PrivacySettings {
    fileprivate var hidesLog: Bool { log == .omitted }
    fileprivate var hidesTrace: Bool { trace == .omitted }
    fileprivate var isCoarse: Bool { maildir == .coarse }
    fileprivate var isSealed: Bool { stores == .sealed }
    fileprivate var isLocked: Bool { memory == .locked }
}
