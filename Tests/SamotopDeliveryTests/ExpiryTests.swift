import Foundation
import SamotopCore
import Testing

@testable import SamotopDelivery

@Suite("Messages go after so many days")
struct ExpiryTests {
    /// A day's beginning.
    private static let today: Int64 = 1_700_006_400
    let scratch: ScratchFolder
    let house: House

    init() throws {
        scratch = try ScratchFolder()
        house = try House(root: scratch.path)
    }

    private func put(_ name: String, _ folder: String, modified: Int64 = today) throws {
        let path = "\(scratch.path)/\(folder)/\(name)"
        try Data("x".utf8).write(to: URL(fileURLWithPath: path))
        // Read a moment ago, all of them.
        let times = [timespec(tv_sec: time_t(Self.today), tv_nsec: 0), timespec(tv_sec: time_t(modified), tv_nsec: 0)]
        try #require(utimensat(AT_FDCWD, path, times, 0) == 0)
    }

    private func name(daysAgo days: Int64, second: Int64 = 0, _ rest: String = "M0Rx.mail,S=1") -> String {
        "\(Self.today - days * 86_400 + second).\(rest)"
    }

    private func expire(_ days: [String: Int], second: Int64 = 50_000) async throws -> Int {
        try await house.mailboxes.expire(days, at: Timestamp(seconds: Self.today + second, nanoseconds: 0))
    }

    @Test("P01: whole days count, by the name; read or not, in all folders")
    func whole() async throws {
        try await house.mailboxes.prepare()
        let lists = try #require(FolderName("Lists"))
        try await house.mailboxes.makeFolder(lists, of: "ann")
        let (old, last) = (name(daysAgo: 8, second: 86_399), name(daysAgo: 7))
        for folder in ["new", "cur", ".Lists/new", ".Lists/cur"] {
            for name in [old, last, name(daysAgo: 8, "M1P2.other:2,S")] {
                try put(name, "example.org/ann/\(folder)")
            }
        }
        #expect(try await expire(["ann": 7]) == 8)
        for folder in ["new", "cur", ".Lists/new", ".Lists/cur"] {
            #expect(scratch.names("example.org/ann/\(folder)") == [last])
        }
        #expect(try await expire(["ann": 7], second: 86_399) == 0)
        #expect(try await expire(["ann": 7], second: 86_400) == 4)
    }

    @Test("A name that tells no time: when it was written counts; when it was read never does")
    func nameless() async throws {
        try await house.mailboxes.prepare()
        try put("imported", "cat/cur", modified: Self.today - 8 * 86_400)
        try put("12.x", "cat/cur", modified: Self.today - 7 * 86_400)
        // An archive of long ago, filed today.
        try put(name(daysAgo: 0), "cat/cur", modified: 1_000_000_000)
        #expect(try await expire(["cat": 7]) == 1)
        #expect(scratch.names("cat/cur").count == 2)
    }

    @Test("Who has no days keeps everything; so do requests and held mail in New contacts, and what isn't mail")
    func kept() async throws {
        try await house.mailboxes.prepare()
        try await house.mailboxes.makeFolder(.newContacts, of: "ann")
        let old = name(daysAgo: 3_000)
        try put(old, "example.org/bob/new")
        try put(old, "example.org/ann/.New contacts/new")
        try put(old, "example.org/ann/tmp")
        try put(old, "example.org/ann")
        #expect(try await expire(["ann": 1, "bob": 0, "nobody": 1]) == 0)
    }

    @Test("A mailbox that can't be read keeps no other from its turn, and is told of")
    func failing() async throws {
        try await house.mailboxes.prepare()
        try put(name(daysAgo: 9), "example.org/bob/new")
        let cur = "\(scratch.path)/example.org/ann/cur"
        try FileManager.default.removeItem(atPath: cur)
        try Data().write(to: URL(fileURLWithPath: cur))
        await #expect(throws: DeliveryError.self) { _ = try await expire(["ann": 1, "bob": 1]) }
        #expect(scratch.names("example.org/bob/new").isEmpty)
    }
}
