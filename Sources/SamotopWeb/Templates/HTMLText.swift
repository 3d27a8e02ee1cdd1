#if Web
    import Mustache

    /// Escapes octet by octet. The templates' own escaping goes by characters, and passes a quote that a combining
    /// mark follows:
    /// it would end an attribute.
    struct HTMLText: MustacheContentType {
        /// What the first line of each template names.
        static let name = "PAGE"

        func escapeText(_ text: String) -> String {
            var escaped: [UInt8] = []
            escaped.reserveCapacity(text.utf8.count)
            for byte in text.utf8 {
                switch byte {
                case UInt8(ascii: "<"): escaped += "&lt;".utf8
                case UInt8(ascii: ">"): escaped += "&gt;".utf8
                case UInt8(ascii: "&"): escaped += "&amp;".utf8
                case UInt8(ascii: "\""): escaped += "&quot;".utf8
                case UInt8(ascii: "'"): escaped += "&#39;".utf8
                case UInt8(ascii: "`"): escaped += "&#96;".utf8
                case 0: escaped += "\u{FFFD}".utf8
                default: escaped.append(byte)
                }
            }
            return String(decoding: escaped, as: UTF8.self)
        }
    }
#endif
