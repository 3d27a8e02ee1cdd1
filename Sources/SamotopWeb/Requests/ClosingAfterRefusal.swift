#if Web
    import Hummingbird
    import NIOCore

    /// Closes the connection after a refusal that left the body unread: the server would read all of it, however
    /// long, before the
    /// next request.
    struct ClosingAfterRefusal: RouterMiddleware {
        func handle(
            _ request: Request, context: PageContext, next: Next
        ) async throws -> Response {
            var response = try await next(request, context)
            guard request.method != .get, request.method != .head, response.status.code >= 400 else { return response }
            let body = response.body
            let channel = context.channel
            response.headers[.connection] = "close"
            response.body = ResponseBody(contentLength: body.contentLength) { writer in
                try await body.write(writer)
                channel.close(promise: nil)
            }
            return response
        }
    }
#endif
