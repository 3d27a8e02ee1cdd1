#if Web
    import HTTPTypes
    import SamotopContacts
    import Testing

    @testable import SamotopWeb

    @Suite struct HeaderTests {
        @Test("W09: every answer tells browsers what they may not do, errors too")
        func everyAnswer() async throws {
            let site = try TestSite()
            let contact = try await site.add("eve@there.test")
            let browser = try await site.browser()
            var answers: [Answer] = []
            let paths = [
                "/", "/contacts", "/contacts/\(contact.id.text)", "/held", "/why?q=x", "/policy", "/addresses", "/keys",
                "/owners",
                "/export",
                "/import",
                "/sign-in", "/link/x", "/nothing", "/contacts/x", "/../etc/passwd",
            ]
            for path in paths {
                answers.append(try await site.send(.get, path, headers: browser.headers))
                answers.append(try await site.send(.get, path))
                answers.append(try await site.send(.post, path))
            }
            answers.append(try await site.send(.get, "/", authority: "evil.test"))
            answers.append(try await site.send(.delete, "/"))
            for answer in answers {
                #expect(answer.header("Content-Security-Policy").hasPrefix("default-src 'none'; script-src 'self'"))
                #expect(answer.header("Content-Security-Policy").contains("frame-ancestors 'none'"))
                #expect(answer.header("X-Content-Type-Options") == "nosniff")
                #expect(answer.header("X-Frame-Options") == "DENY")
                #expect(answer.header("Referrer-Policy") == "no-referrer")
                #expect(answer.header("Cache-Control") == "no-store")
                #expect(answer.header("Cross-Origin-Opener-Policy") == "same-origin")
                #expect(answer.header("Cross-Origin-Resource-Policy") == "same-origin")
            }
        }

        @Test("W09: where people see the pages by https, browsers are told to use nothing else; elsewhere they aren't")
        func strictTransport() async throws {
            let secure = try #require(WebOrigin("https://mail.example.org"))
            for (origin, host, expected) in [
                (secure, "mail.example.org", "max-age=31536000"), (.loopback, "localhost", ""),
            ] {
                let site = try TestSite(settings: WebSettings(baseURL: origin))
                for path in ["/sign-in", "/", "/nothing"] {
                    let answer = try await site.send(.get, path, authority: host)
                    #expect(answer.header("Strict-Transport-Security") == expected)
                }
            }
        }

        @Test("W09: style, script and icon say what they are, and may be kept")
        func assets() async throws {
            let site = try TestSite()
            for asset in Assets().all {
                let answer = try await site.send(.get, asset.path)
                #expect(answer.status == 200 && answer.header("Content-Type") == asset.type)
                #expect(answer.header("Cache-Control").contains("immutable"))
                #expect(answer.header("X-Content-Type-Options") == "nosniff")
            }
        }

        @Test(
            "W08: methods that no page needs are refused",
            arguments: [
                HTTPRequest.Method.trace, .put, .delete, .options, .patch, .connect,
            ])
        func methods(method: HTTPRequest.Method) async throws {
            let site = try TestSite()
            #expect(try await site.send(method, "/").status == 405)
        }

        @Test("W08: no line break of anyone's gets into a redirect")
        func redirects() async throws {
            let site = try TestSite()
            let contact = try await site.add("eve@there.test")
            let browser = try await site.browser()
            for back in [
                "/\r\nSet-Cookie: x=y", "//evil.test", "https://evil.test", "contacts%0d%0aX: y", "contact\r\nX: y",
            ] {
                let answer = try await browser.post(
                    "/contacts/\(contact.id.text)/decide",
                    [
                        "do": "welcome", "as": contact.identity.mark, "back": back,
                    ])
                #expect(answer.status == 303)
                let location = answer.header("Location")
                #expect(location.hasPrefix("/?notice=") && !location.contains("\r") && answer.header("X") == "")
            }
        }

        @Test("X11: a body that is larger than a form can be is refused: 413")
        func bodies() async throws {
            let site = try TestSite()
            let browser = try await site.browser()
            let large = "token=\(browser.token)&x=" + String(repeating: "x", count: 20_000)
            #expect(try await browser.postRaw("/policy", large).status == 413)
            let claimed: HTTPFields = [.contentLength: "2147483648"]
            #expect(try await browser.postRaw("/policy", "token=x", extra: claimed).status == 413)
            #expect(try await browser.postRaw("/policy", "{}", extra: [.contentType: "application/json"]).status == 415)
        }

        @Test("A page that fails says nothing of why")
        func failure() async throws {
            let site = try TestSite()
            let answer = try await site.send(.get, "/sign-in?" + String(repeating: "a=b&", count: 5000))
            #expect(answer.status == 200)
        }
    }
#endif
