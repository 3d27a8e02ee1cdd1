#if Web
    import HTTPTypes
    import SamotopContacts
    import Testing

    @testable import SamotopWeb

    /// Does what a browser does: keeps the cookie, says where a form comes from, takes the token from the page.
    struct TestBrowser {
        let site: TestSite
        var cookie: String?
        var token = ""

        mutating func signIn(_ account: String, password: String = TestSite.password) async throws {
            let answer = try await postRaw("/sign-in", "name=\(account)&password=\(password.queryEncoded)")
            try #require(answer.status == 303)
            cookie = Self.cookie(in: answer)
            _ = try await get("/owners")
        }

        static func cookie(in answer: Answer) -> String? {
            answer.headers[.setCookie].flatMap { $0.split(separator: ";").first.map(String.init) }
        }

        mutating func get(_ path: String) async throws -> Answer {
            let answer = try await site.send(.get, path, headers: headers)
            if let start = answer.text.range(of: "name=\"token\" value=\"") {
                token = String(answer.text[start.upperBound...].prefix { $0 != "\"" })
            }
            return answer
        }

        func post(_ path: String, _ fields: KeyValuePairs<String, String> = [:]) async throws -> Answer {
            let pairs = fields.map { "\($0.key)=\($0.value.queryEncoded)" } + ["token=\(token)"]
            return try await postRaw(path, pairs.joined(separator: "&"))
        }

        func postRaw(_ path: String, _ body: String, extra: HTTPFields = [:]) async throws -> Answer {
            var fields = headers
            fields[.origin] = "http://localhost"
            fields[.contentType] = "application/x-www-form-urlencoded"
            for field in extra { fields[field.name] = field.value }
            return try await site.send(.post, path, headers: fields, body: body)
        }

        func decide(_ choice: String, _ contact: Contact) async throws -> Answer {
            try await post("/contacts/\(contact.id.text)/decide", ["do": choice, "as": contact.identity.mark])
        }

        var headers: HTTPFields {
            var fields = HTTPFields()
            if let cookie { fields[.cookie] = cookie }
            return fields
        }
    }
#endif
