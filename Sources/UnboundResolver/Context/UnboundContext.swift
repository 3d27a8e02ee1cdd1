#if Unbound
    import CUnbound
    import NameResolution
    import Synchronization
    #if canImport(Glibc)
        import Glibc
    #elseif canImport(Musl)
        import Musl
    #endif

    /// Makes and deletes contexts of libunbound.
    enum UnboundContext {
        /// libunbound reads settings, and begins and ends, with variables of its own that no lock guards.
        private static let lock = Mutex(())

        /// A context with its thread, ready for questions.
        static func make(_ settings: UnboundSettings, _ anchors: TrustAnchors) throws(UnboundError) -> OpaquePointer {
            let options = try UnboundOptions(settings)
            return try lock.withLock { _ throws(UnboundError) in
                guard let context = ub_ctx_create() else { throw .notStarted("no memory or no files") }
                do throws(UnboundError) {
                    try configure(context, options)
                    try trust(anchors, context)
                    try start(context, options)
                    return context
                } catch {
                    ub_ctx_delete(context)
                    throw error
                }
            }
        }

        /// Ends the context's thread and frees everything. No callback is called any more.
        static func delete(_ context: OpaquePointer) {
            lock.withLock { _ in ub_ctx_delete(context) }
        }

        private static func configure(_ context: OpaquePointer, _ options: UnboundOptions) throws(UnboundError) {
            // What it would log are names that mail was about.
            ub_ctx_debugout(context, nil)
            ub_ctx_debuglevel(context, 0)
            ub_ctx_async(context, 1)
            for (option, value) in options.values {
                guard ub_ctx_set_option(context, "\(option):", value) == 0 else {
                    throw .refused(option: option, value: value)
                }
            }
            if let path = options.resolvConf, ub_ctx_resolvconf(context, path) != 0 {
                throw .unreadable(setting: "upstream", path: path)
            }
            if let text = options.forwardZone, !read(text, context) {
                throw .refused(option: "forward-zone", value: text)
            }
            for (zone, server) in options.stubs {
                guard ub_ctx_set_stub(context, zone, server, 0) == 0 else {
                    throw .refused(option: "stub-zone", value: "\(zone) \(server)")
                }
            }
        }

        private static func trust(_ anchors: TrustAnchors, _ context: OpaquePointer) throws(UnboundError) {
            if let path = anchors.rootFile, ub_ctx_add_ta_file(context, path) != 0 {
                throw .unreadable(setting: "rootAnchor", path: path)
            }
            for record in anchors.records {
                guard ub_ctx_add_ta(context, record) == 0 else { throw .trustAnchor(record) }
            }
        }

        private static func start(_ context: OpaquePointer, _ options: UnboundOptions) throws(UnboundError) {
            // This is where the settings are applied: nothing may change them later.
            for zone in options.publicZones {
                let code = ub_ctx_zone_remove(context, zone)
                guard code == 0 else { throw .notStarted(reason(code)) }
            }
            // A first question, which libunbound answers by itself, starts its thread. Nobody waits for its answer.
            let code = ub_resolve_async(
                context, "localhost.", 1, 1, nil, { _, _, result in ub_resolve_free(result) }, nil)
            guard code == 0 else { throw .notStarted(reason(code)) }
        }

        private static func reason(_ code: Int32) -> String {
            ub_strerror(code).map { String(cString: $0) } ?? "error \(code)"
        }

        /// Lets libunbound read settings in the form of its configuration file, which it takes from a file alone: here
        /// from a pipe, so that nothing is left on a disk.
        private static func read(_ text: String, _ context: OpaquePointer) -> Bool {
            var ends: [Int32] = [-1, -1]
            guard text.utf8.count <= UnboundOptions.maximumText, pipe(&ends) == 0 else { return false }
            defer { close(ends[0]) }
            let octets = Array(text.utf8)
            // A new pipe takes this much at once, without waiting (pipe(7)).
            let written = octets.withUnsafeBytes { write(ends[1], $0.baseAddress, $0.count) }
            close(ends[1])
            return written == octets.count && ub_ctx_config(context, "/dev/fd/\(ends[0])") == 0
        }
    }
#endif
