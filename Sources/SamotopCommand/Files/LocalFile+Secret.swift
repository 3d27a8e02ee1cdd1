extension LocalFile {
    /// The first line of a file, where a password or a token stands.
    static func secret(_ path: String) throws(SystemFailure) -> String {
        String(decoding: try read(path, limit: 16 << 10).prefix { $0 != 0x0A && $0 != 0x0D }, as: UTF8.self)
    }
}
