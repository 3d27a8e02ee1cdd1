#if Unbound
    #if canImport(Glibc)
        import Glibc
    #elseif canImport(Musl)
        import Musl
    #endif

    /// Whether libunbound can speak TLS. It doesn't tell, and asks in the clear when it can't.
    enum LibraryTLS {
        /// Whether the loaded library is linked against OpenSSL, the only one with which it speaks TLS.
        static let isThere: Bool = {
            // Nothing is loaded by this: the library is there, or it is part of the program, where nothing can be said.
            guard let library = dlopen("libunbound.so.8", RTLD_LAZY | RTLD_NOLOAD) else { return false }
            defer { dlclose(library) }
            return dlsym(library, "SSL_CTX_new") != nil
        }()
    }
#endif
