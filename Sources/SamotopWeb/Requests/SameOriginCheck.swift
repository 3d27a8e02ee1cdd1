#if Web
    import HTTPTypes
    import Hummingbird

    /// Refuses what another site makes a browser send. GET changes nothing, so only the others are looked at; they
    /// also carry
    /// the form's token.
    struct SameOriginCheck: RouterMiddleware {
        /// Whether browsers see the pages by `https`.
        let isSecure: Bool

        private static let site = HTTPField.Name("Sec-Fetch-Site")

        func handle(
            _ request: Request, context: PageContext, next: Next
        ) async throws -> Response {
            guard request.method == .get || request.method == .head || comesFromHere(request) else {
                throw HTTPError(.forbidden)
            }
            return try await next(request, context)
        }

        /// Every browser sends Origin with a POST, but `null` since our pages tell no referrer (Fetch §3.1): then
        /// Sec-Fetch-Site has to
        /// say where it comes from. A client that sends neither is no browser, and has no cookie to abuse.
        private func comesFromHere(_ request: Request) -> Bool {
            let site = Self.site.flatMap { request.headers[$0] }
            guard site == nil || site == "same-origin" else { return false }
            guard let origin = request.headers[.origin], origin != "null" else { return site != nil }
            guard origin.hasPrefix("https://") || !isSecure else { return false }
            let host = origin.drop { $0 != "/" }.drop { $0 == "/" }
            guard let theirs = Authority(host), let own = request.head.authority.flatMap({ Authority($0) }) else {
                return false
            }
            return theirs == own
        }
    }
#endif
