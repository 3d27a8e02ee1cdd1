#if OpenPGP
    import Foundation
    import InternetMessage
    import SamotopEncryption
    import Testing

    @Suite("Sealing in place") struct InPlaceTests {
        let gnupg: GnuPG
        let root: String
        let recipient: any EncryptionRecipient
        let now = Int64(Date().timeIntervalSince1970)
        let plain = "Return-Path: <a@b.example>\nReceived: by mx.example.org; x\nSubject: CANARY\n\nCANARY\n"

        init() throws {
            gnupg = try GnuPG()
            root = gnupg.home + "/mail"
            recipient = try RNPEngine().recipient(try gnupg.makeKey("Bob <bob@example.org>"))
            for folder in ["", "/.Sent", "/.not a folder"] {
                for part in folder == "/.not a folder" ? ["x"] : ["new", "cur", "tmp"] {
                    try FileManager.default.createDirectory(
                        atPath: "\(root)\(folder)/\(part)", withIntermediateDirectories: true)
                }
            }
        }

        func put(_ path: String, _ text: String? = nil) throws {
            try Data((text ?? plain).utf8).write(to: URL(fileURLWithPath: "\(root)/\(path)"))
        }

        func names(_ folder: String) throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: "\(root)/\(folder)").sorted()
        }

        func text(_ path: String) throws -> String {
            try String(contentsOfFile: "\(root)/\(path)", encoding: .utf8)
        }

        @Test("Inbox and folders, names with a size and without, flags and times") func all() throws {
            try put("new/1.a.host")
            try put("cur/2.b.host,S=80,W=84:2,FS")
            try put(".Sent/cur/3.c.host:2,S")
            try put(".not a folder/x/4", plain)
            let result = try MaildirSealing(root, for: recipient).run(at: now)
            #expect(result.sealed == 3 && result.failures.isEmpty)
            #expect(try names("new") == ["1.a.host"] && names(".Sent/cur") == ["3.c.host:2,S"])
            let name = try #require(names("cur").first)
            #expect(try name == "2.b.host,S=\(text("cur/\(name)").utf8.count):2,FS")
            #expect(try names("tmp").isEmpty && names(".Sent/tmp").isEmpty)
            for path in ["new/1.a.host", "cur/\(name)", ".Sent/cur/3.c.host:2,S"] {
                let sealed = try text(path)
                #expect(!sealed.contains("CANARY") && !sealed.contains("\r"))
                #expect(
                    sealed.hasPrefix("Return-Path: <a@b.example>\nReceived: by mx.example.org; x\nSubject: [...]\n"))
            }
            #expect(try text(".not a folder/x/4") == plain)
            let again = try MaildirSealing(root, for: recipient).run(at: now)
            #expect(again.sealed == 0 && again.alreadyEncrypted == 3)
        }

        @Test("What a message gains is told in maildirsize; what never counted isn't, nor is a file made")
        func quota() throws {
            let before = plain.utf8.count
            try put("cur/1.a.host:2,S")
            try put("cur/2.b.host,S=80,W=84:2,S")
            try put("cur/3.c.host:2,ST")
            _ = try MaildirSealing(root, for: recipient).run(at: now)
            #expect(!FileManager.default.fileExists(atPath: "\(root)/maildirsize"))
            for name in try names("cur") { try FileManager.default.removeItem(atPath: "\(root)/cur/\(name)") }
            try put("cur/1.a.host:2,S")
            try put("cur/2.b.host,S=80,W=84:2,S")
            try put("cur/3.c.host:2,ST")
            try put("maildirsize", "9000S\n\(before + 80) 2\n")
            _ = try MaildirSealing(root, for: recipient).run(at: now)
            let sizes = try names("cur").filter { !$0.hasSuffix("T") }.map { try text("cur/\($0)").utf8.count }
            let lines = try text("maildirsize").split(separator: "\n").dropFirst().map { $0.split(separator: " ") }
            #expect(lines.count == 3 && lines.dropFirst().allSatisfy { $0.last == "0" })
            #expect(lines.compactMap { Int($0[0]) }.reduce(0, +) == sizes.reduce(0, +))
        }

        @Test("P03: what a crash has left over becomes one message") func leftOver() throws {
            try put("cur/2.b.host,S=80:2,S")
            _ = try MaildirSealing(root, for: recipient).run(at: now)
            let made = try #require(names("cur").first)
            let sealed = try text("cur/\(made)")
            // Linked, and the old one not yet removed; a half-written file in tmp.
            try put("cur/2.b.host,S=80:2,S")
            try put("tmp/2.b.host,S=9.77", "half")
            try put("maildirsize", "9000S\n80 1\n")
            _ = try MaildirSealing(root, for: recipient).run(at: now)
            #expect(try text("maildirsize") == "9000S\n80 1\n\(sealed.utf8.count - 80) 0\n")
            #expect(try names("cur").count == 1)
            #expect(try !text("cur/\(try #require(names("cur").first))").contains("CANARY"))
            #expect(sealed.contains("BEGIN PGP MESSAGE"))
        }

        @Test("What the caller wants stays readable, and what can't be read is told") func exceptions() throws {
            try put("cur/1", "Samotop-Contact: x\n\nask\n")
            try put("cur/2", String(repeating: "x", count: 2_000))
            let name = try #require(HeaderFieldName(Array("Samotop-Contact".utf8)))
            let result = try MaildirSealing(root, for: recipient, largest: 1_000) {
                !$0.fields(named: name).isEmpty
            }.run(at: now)
            #expect(result.passedOver == 1 && result.failures.count == 1 && result.sealed == 0)
            #expect(try text("cur/1") == "Samotop-Contact: x\n\nask\n")
        }

        @Test("Without a usable key nothing is touched") func expired() throws {
            try put("cur/1")
            let key = try GnuPG().makeKey("Cat <cat@example.org>", expires: "2d")
            let cat = try RNPEngine().recipient(key)
            #expect(throws: EncryptionError.self) {
                try MaildirSealing(root, for: cat).run(at: now + 3 * 86_400)
            }
            #expect(try text("cur/1") == plain)
        }
    }
#endif
