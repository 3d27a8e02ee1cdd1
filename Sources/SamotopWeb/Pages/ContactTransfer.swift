#if Web
    import Hummingbird
    public import SamotopContacts

    /// Reads a list of contacts that someone keeps elsewhere.
    public protocol ContactListReader: Sendable {
        /// Whom the list names, each once; throws for what it can't read.
        ///
        /// - Parameter name: what the file was called, which may tell its form.
        func contacts(in bytes: [UInt8], named name: String) throws -> [ListedContact]
    }

    /// One line of such a list.
    public struct ListedContact: Sendable, Hashable {
        /// Who.
        public let correspondent: Correspondent
        /// What the list calls them.
        public let name: String

        /// Makes one.
        public init(_ correspondent: Correspondent, name: String = "") {
            self.correspondent = correspondent
            self.name = name
        }
    }

    /// Contacts that come from a list, and a list of the contacts.
    struct ContactTransfer {
        /// More than these aren't taken at once.
        private static let maximum = 5000

        let room: PageRoom

        func show(_ visit: Visit) async throws -> Response { try await page(visit, problem: nil) }

        /// All in the list are welcome; who is blocked stays so.
        func importList(_ fields: FormFields, _ visit: Visit, _ owner: Owner) async throws -> Response {
            guard let importer = room.importer else { throw HTTPError(.notFound) }
            let pasted = fields["list"]
            let file =
                fields.file.flatMap { $0.bytes.isEmpty ? nil : $0 } ?? UploadedFile(name: "", bytes: Array(pasted.utf8))
            guard !file.bytes.isEmpty else { return try await page(visit, problem: room.words("import-nothing")) }
            guard let listed = try? importer.contacts(in: file.bytes, named: file.name) else {
                return try await page(visit, problem: room.words("import-unreadable"))
            }
            guard !listed.isEmpty else { return try await page(visit, problem: room.words("import-nothing")) }
            var undo: [Notice.Undo] = []
            var count = 0
            for contact in listed.prefix(Self.maximum) {
                let before = try await room.desk.contact(about: contact.correspondent, of: owner)
                guard before?.state != .blocked, before?.state != .welcome else { continue }
                try await room.desk.decide(
                    .welcome, about: contact.correspondent, of: owner, by: visit.maker("import"), note: contact.name,
                    identity: before?.identity)
                undo.append(
                    before.map { .restore(contact.correspondent, $0.state, $0.identity) }
                        ?? .forget(contact.correspondent))
                count += 1
            }
            let notice = Notice(owner: owner, word: "notice-imported", subject: Words.grouped(count), undo: undo)
            return room.redirect(to: "/contacts", saying: notice, visit)
        }

        /// All contacts as comma-separated values (RFC 4180): kind, who, state, since, note.
        func export(_ visit: Visit, _ owner: Owner) async throws -> Response {
            var text = "kind,contact,state,since,note\r\n"
            var offset = 0
            while true {
                let query = ContactQuery(order: .name, offset: offset, limit: 1000)
                let found = try await room.desk.contacts(of: owner, matching: query)
                for contact in found {
                    let since = Moment(timestamp: contact.decision?.time ?? contact.firstSeen, words: room.words)
                        .machine
                    let values = [
                        contact.correspondent.kind.rawValue, contact.correspondent.text, contact.state.rawValue, since,
                        contact.decision?.note ?? "",
                    ]
                    text += values.map(Self.field).joined(separator: ",") + "\r\n"
                }
                offset += found.count
                guard found.count == 1000, offset < 200_000 else { break }
            }
            return Response(
                status: .ok,
                headers: [
                    .contentType: "text/csv; charset=utf-8",
                    .contentDisposition: "attachment; filename=\"contacts.csv\"",
                ],
                body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
        }

        /// Spreadsheets run what starts like a formula: an apostrophe before it makes it text.
        static func field(_ text: String) -> String {
            let isFormula = text.unicodeScalars.first.map { "=+-@\t\r".unicodeScalars.contains($0) } ?? false
            let safe = (isFormula ? "'" : "") + text
            var quoted = String.UnicodeScalarView("\"".unicodeScalars)
            for scalar in safe.unicodeScalars {
                if scalar == "\"" { quoted.append("\"") }
                quoted.append(scalar)
            }
            quoted.append("\"")
            return String(quoted)
        }

        private func page(_ visit: Visit, problem: String?) async throws -> Response {
            guard room.importer != nil else { throw HTTPError(.notFound) }
            return try await room.page(
                "import", titled: room.words("import-title"), at: .contacts, for: visit, ["problem": problem])
        }
    }
#endif
