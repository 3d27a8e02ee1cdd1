#if Web
    /// The fields of a form, from a query or a body (`application/x-www-form-urlencoded`).
    struct FormFields: Sendable {
        private var values: [String: String] = [:]
        /// A file that came with it.
        var file: UploadedFile?

        /// What isn't well-formed UTF-8 is replaced; of equal names the first counts; more than `maximum` fields
        /// aren't read.
        init(_ bytes: some Collection<UInt8>, maximum: Int = 200) {
            for pair in bytes.split(separator: UInt8(ascii: "&"), maxSplits: maximum).prefix(maximum) {
                let middle = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
                add(Self.decode(pair[..<middle]), Self.decode(pair[middle...].dropFirst()))
            }
        }

        mutating func add(_ name: String, _ value: String) {
            if values[name] == nil { values[name] = value }
        }

        subscript(_ name: String) -> String { values[name] ?? "" }

        func has(_ name: String) -> Bool { values[name] != nil }

        /// The text without what stands around it, at most `limit` characters.
        func line(_ name: String, limit: Int) -> String {
            let bytes = self[name].utf8.prefix(limit * 4)
            let text = String(decoding: bytes.filter { $0 >= 0x20 && $0 != 0x7F }, as: UTF8.self)
            return String(text.unicodeScalars.prefix(limit)).trimmingSpaces()
        }

        private static func decode(_ bytes: some Collection<UInt8>) -> String {
            var decoded: [UInt8] = []
            decoded.reserveCapacity(bytes.count)
            var rest = bytes.makeIterator()
            while let byte = rest.next() {
                switch byte {
                case UInt8(ascii: "+"): decoded.append(0x20)
                case UInt8(ascii: "%"):
                    guard let first = rest.next() else {
                        decoded.append(byte)
                        break
                    }
                    guard let second = rest.next() else {
                        decoded += [byte, first]
                        break
                    }
                    if let high = hexValue(first), let low = hexValue(second) {
                        decoded.append(high << 4 | low)
                    } else {
                        decoded += [byte, first, second]
                    }
                default: decoded.append(byte)
                }
            }
            return String(decoding: decoded, as: UTF8.self)
        }

        private static func hexValue(_ byte: UInt8) -> UInt8? {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
            default: nil
            }
        }
    }

    /// A file that someone chose.
    struct UploadedFile: Sendable {
        let name: String
        let bytes: [UInt8]
    }

    extension String {
        func trimmingSpaces() -> String {
            let start = drop { $0 == " " || $0 == "\t" }
            guard let last = start.lastIndex(where: { $0 != " " && $0 != "\t" }) else { return "" }
            return String(start[...last])
        }

        /// As a value in a query (RFC 3986 §2.3).
        var queryEncoded: String {
            let digits = Array("0123456789ABCDEF".utf8)
            var encoded: [UInt8] = []
            for byte in utf8 {
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                    UInt8(ascii: "~"):
                    encoded.append(byte)
                default: encoded += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
                }
            }
            return String(decoding: encoded, as: UTF8.self)
        }
    }
#endif
