#if Web
    import SMTP
    import SamotopContacts
    import SamotopWeb

    /// A few messages that are held.
    struct SampleHeldMail: HeldMail {
        let messages: [String: [UInt8]]

        func release(_ envelopes: [String], of owner: Owner) async throws -> Int { envelopes.count }
        func discard(_ envelopes: [String], of owner: Owner) async throws -> Int { envelopes.count }
        func content(of envelope: String, of owner: Owner, limit: Int) async throws -> [UInt8]? {
            messages[envelope].map { Array($0.prefix(limit)) }
        }
    }

    /// Shows the text, and what stands after a line of dashes as a page.
    struct SampleReader: HeldMessageReader {
        func read(_ bytes: [UInt8]) -> HeldMessage {
            var message = PlainHeldMessageReader().read(bytes)
            let parts = message.text.split(separator: "\n-----\n", maxSplits: 1)
            guard parts.count == 2 else { return message }
            message.text = String(parts[0])
            message.html = String(parts[1])
            message.attachments = [.init(name: "programme.pdf", type: "application/pdf", size: 482_113)]
            return message
        }
    }

    /// A list with an address a line.
    struct LineListReader: ContactListReader {
        func contacts(in bytes: [UInt8], named name: String) throws -> [ListedContact] {
            bytes.split(separator: 0x0A).prefix(5000).compactMap { line in
                Mailbox(Array(line.filter { $0 > 0x20 })).map { ListedContact(.address($0)) }
            }
        }
    }
#endif
