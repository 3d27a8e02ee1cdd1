#if Web
    import Hummingbird
    import NIOCore

    /// Reads the body of a form: bounded in size and time.
    struct FormReader {
        let limit: Int
        let seconds: Int

        /// - Throws: 415 for what is no form, 413 when it is too large, 408 when it takes too long, 400 when it is
        /// torn.
        func read(_ request: Request) async throws -> FormFields {
            let type = request.headers[.contentType] ?? ""
            let boundary = MultipartForm.boundary(in: type)
            let isPlain = type.lowercased().hasPrefix("application/x-www-form-urlencoded")
            guard isPlain || boundary != nil else { throw HTTPError(.unsupportedMediaType) }
            let bytes = try await body(of: request)
            guard let boundary else { return FormFields(bytes) }
            guard let fields = MultipartForm.read(bytes, boundary: boundary) else { throw HTTPError(.badRequest) }
            return fields
        }

        private func body(of request: Request) async throws -> [UInt8] {
            if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > limit {
                throw HTTPError(.contentTooLarge)
            }
            return try await withThrowingTaskGroup(of: [UInt8]?.self) { group in
                group.addTask {
                    do {
                        return Array(buffer: try await request.body.collect(upTo: limit))
                    } catch is NIOTooManyBytesError {
                        throw HTTPError(.contentTooLarge)
                    }
                }
                group.addTask {
                    try await Task.sleep(for: .seconds(seconds))
                    return nil
                }
                defer { group.cancelAll() }
                guard let first = try await group.next(), let bytes = first else { throw HTTPError(.requestTimeout) }
                return bytes
            }
        }
    }
#endif
