#if Web
    import HTTPTypes
    import Hummingbird

    /// Puts on each answer what browsers need to know, and turns errors into plain answers.
    struct SafetyHeaders: RouterMiddleware {
        /// Of the pages: nothing from elsewhere, no script but our file's, no frame around them.
        static let policy = [
            "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "form-action 'self'",
            "frame-src 'self'", "base-uri 'none'", "frame-ancestors 'none'",
        ].joined(separator: "; ")

        let room: PageRoom

        func handle(
            _ request: Request, context: PageContext, next: Next
        ) async throws -> Response {
            var response: Response
            do {
                guard [.get, .head, .post].contains(request.method) else { throw HTTPError(.methodNotAllowed) }
                response = try await next(request, context)
            } catch let error as HTTPError {
                response = try room.message(Self.word(for: error.status), status: error.status)
                response.headers.append(contentsOf: error.headers)
            } catch {
                // never said to the client: an error may name an address
                context.logger.error("a page failed", metadata: ["error": "\(type(of: error))"])
                response = try room.message("failed", status: .internalServerError)
            }
            add(to: &response.headers)
            return response
        }

        private static func word(for status: HTTPResponse.Status) -> String {
            switch status.code {
            case 403: "refused"
            case 404: "not-found"
            case 408: "too-slow"
            case 413: "too-large"
            case 421: "not-here"
            default: "bad-request"
            }
        }

        private func add(to headers: inout HTTPFields) {
            func setDefault(_ name: String, _ value: String) {
                guard let name = HTTPField.Name(name), headers[name] == nil else { return }
                headers[name] = value
            }
            setDefault("Content-Security-Policy", Self.policy)
            setDefault("Cache-Control", "no-store")
            setDefault("X-Content-Type-Options", "nosniff")
            setDefault("X-Frame-Options", "DENY")
            setDefault("Referrer-Policy", "no-referrer")
            setDefault("Cross-Origin-Opener-Policy", "same-origin")
            setDefault("Cross-Origin-Resource-Policy", "same-origin")
            setDefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
            setDefault("X-DNS-Prefetch-Control", "off")
            if room.settings.baseURL.isSecure { setDefault("Strict-Transport-Security", "max-age=31536000") }
        }
    }

    /// Why a page can't be made.
    enum PageError: Error {
        /// A template of that name isn't in the program.
        case noTemplate(String)
    }
#endif
