#if Web
    import Hummingbird
    import SamotopContacts

    /// Contacts that come from a list, and a list of the contacts.
    struct ContactTransfer {
        /// More than these aren't taken at once.
        private static let maximum = 5000

        let room: PageRoom

        func show(_ visit: Visit) async throws -> Response { try await page(visit, problem: nil) }

        /// All in the list are welcome, or what the list says of them; what was decided before stays so.
        func importList(_ fields: FormFields, _ visit: Visit, _ owner: Owner) async throws -> Response {
            let file = fields.file.flatMap { $0.bytes.isEmpty ? nil : $0.bytes } ?? Array(fields["list"].utf8)
            let entries = ContactImport(detecting: file).entries.prefix(Self.maximum)
            guard !entries.isEmpty else { return try await page(visit, problem: room.words("import-nothing")) }
            var undo: [Notice.Undo] = []
            for entry in entries {
                let before = try await room.desk.contact(about: entry.correspondent, of: owner)
                guard before == nil || before?.state == .waiting || before?.state == .held else { continue }
                try await room.desk.decide(
                    entry.state ?? .welcome, about: entry.correspondent, of: owner, by: visit.maker("import"),
                    note: entry.note.isEmpty ? nil : entry.note, identity: entry.identity, from: [.waiting, .held])
                undo.append(
                    before.map { .restore($0) } ?? .forget(entry.correspondent))
            }
            let notice = Notice(owner: owner, word: "notice-imported", subject: Words.grouped(undo.count), undo: undo)
            return room.redirect(to: "/contacts", saying: notice, visit)
        }

        /// Those who were decided about, as a table that can be imported. Who only waits isn't in it: the names are
        /// strangers' own.
        func export(_ owner: Owner) async throws -> Response {
            let table = try await room.desk.export(of: owner, in: [.welcome, .held, .blocked])
            return Response(
                status: .ok,
                headers: [
                    .contentType: "text/csv; charset=utf-8",
                    .contentDisposition: "attachment; filename=\"contacts.csv\"",
                ], body: ResponseBody(byteBuffer: ByteBuffer(bytes: table)))
        }

        private func page(_ visit: Visit, problem: String?) async throws -> Response {
            try await room.page(
                "import", titled: room.words("import-title"), at: .contacts, for: visit, ["problem": problem])
        }
    }
#endif
