#if OpenPGP
    import Foundation
    import SamotopEncryption
    import Testing

    @Suite("Keys for strangers") struct PublishedKeyTests {
        let now = Int64(Date().timeIntervalSince1970)
        let gnupg: GnuPG
        let folder: KeyFolder
        let bob = "example.org/bob"

        init() throws {
            gnupg = try GnuPG()
            folder = KeyFolder(gnupg.home + "/keys", engine: try RNPEngine())
        }

        /// The user ids and the signatures' makers that another key ring sees.
        private func seen(_ octets: [UInt8]) throws -> String {
            let other = try GnuPG()
            try other.gpg(["--import"], input: octets)
            return String(decoding: try other.gpg(["--with-colons", "--list-sigs"]), as: UTF8.self)
        }

        @Test("The key in binary with the address's user id alone, and no signatures of others; gpg encrypts to it")
        func minimal() throws {
            _ = try gnupg.makeKey("Bob <bob@example.org>")
            _ = try gnupg.makeKey("Friend <friend@else.test>")
            _ = try gnupg.gpg(["--passphrase", "", "--quick-add-uid", "bob@example.org", "Bob <bob@private.test>"])
            _ = try gnupg.gpg([
                "--passphrase", "", "--default-key", "friend@else.test", "--quick-sign-key",
                try fingerprint("bob@example.org"),
            ])
            let exported = try gnupg.export("bob@example.org")
            #expect(try seen(exported).contains("private.test"))
            _ = try folder.add(exported, to: bob, for: "bob@example.org", at: now)
            let octets = try #require(try folder.publishedKeys(of: bob, for: "BOB@example.org", at: now))
            #expect(octets.first.map { $0 & 0x80 } == 0x80)
            let text = try seen(octets)
            let friend = try fingerprint("friend@else.test").suffix(16)
            #expect(text.contains("bob@example.org") && !text.contains("private.test") && !text.contains(friend))
            #expect(text.contains("sub:"))
            let other = try GnuPG()
            try other.gpg(["--import"], input: octets)
            let sealed = try other.gpg(
                ["--trust-model", "always", "-r", "bob@example.org", "--encrypt"], input: Array("hello".utf8))
            #expect(try gnupg.decrypt(sealed) == Array("hello".utf8))
            #expect(try folder.publishedKeys(of: bob, for: "bob@private.test", at: now) != nil)
            #expect(try folder.publishedKeys(of: bob, for: "carl@example.org", at: now) == nil)
        }

        @Test("Nothing when the owner doesn't want it, and nothing that can't be used") func withheld() throws {
            let key = try gnupg.makeKey("Bob <bob@example.org>", expires: "3d")
            #expect(try folder.publishedKeys(of: bob, for: "bob@example.org", at: now) == nil)
            _ = try folder.add(key, to: bob, for: "bob@example.org", at: now)
            #expect(try folder.publishedKeys(of: bob, for: "bob@example.org", at: now) != nil)
            #expect(try folder.publishedKeys(of: bob, for: "bob@example.org", at: now + 4 * 86_400) == nil)
            try folder.setPublished(false, bob)
            #expect(try !folder.isPublished(bob))
            #expect(try folder.publishedKeys(of: bob, for: "bob@example.org", at: now) == nil)
            try folder.setPublished(true, bob)
            try folder.setPublished(true, bob)
            #expect(try folder.publishedKeys(of: bob, for: "bob@example.org", at: now) != nil)
        }

        private func fingerprint(_ userID: String) throws -> String {
            let text = String(decoding: try gnupg.gpg(["--with-colons", "--list-keys", userID]), as: UTF8.self)
            let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("fpr:") })
            return String(try #require(line.split(separator: ":").last))
        }
    }
#endif
