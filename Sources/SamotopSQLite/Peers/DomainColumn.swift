#if SQLite
    import Foundation
    import NameResolution

    /// A domain's name in a column: in lower case, in presentation form, so that the order of octets is the order of names.
    enum DomainColumn {
        static func stored(_ name: DNSName) -> Data { Data(name.text.lowercased().utf8) }

        /// Throws what decoding throws, when it is none.
        static func name(_ stored: [UInt8]) throws -> DNSName {
            let text = String(decoding: stored, as: UTF8.self)
            return try JSONDecoder().decode(DNSName.self, from: JSONEncoder().encode(text))
        }
    }
#endif
