#if Web
    /// Reads a page as a browser's tokenizer does (HTML §13.2.5), as far as tags and their attributes go: for tests that look for
    /// markup that a stranger brought.
    struct HTMLReader {
        struct Tag: Hashable {
            let name: String
            var attributes: [String: String] = [:]
        }

        private(set) var tags: [Tag] = []
        private(set) var comments = 0
        private let bytes: [UInt8]
        private var index = 0

        init(_ text: String) {
            bytes = Array(text.utf8)
            while index < bytes.count { readNext() }
        }

        private var current: UInt8? { index < bytes.count ? bytes[index] : nil }

        private mutating func readNext() {
            guard bytes[index] == UInt8(ascii: "<") else {
                index += 1
                return
            }
            index += 1
            guard let next = current else { return }
            if Self.isLetter(next) {
                readTag()
            } else if next == UInt8(ascii: "!") || next == UInt8(ascii: "?") {
                readDeclaration()
            } else if next == UInt8(ascii: "/") {
                skip(past: ">")
            }
        }

        private mutating func readDeclaration() {
            if bytes[index...].starts(with: "!--".utf8) {
                comments += 1
                skip(past: "-->")
            } else {
                if !bytes[index...].starts(with: "!doctype html>".utf8) { comments += 1 }
                skip(past: ">")
            }
        }

        private mutating func readTag() {
            let start = index
            while let byte = current, !Self.isSpace(byte), byte != UInt8(ascii: "/"), byte != UInt8(ascii: ">") {
                index += 1
            }
            var tag = Tag(name: String(decoding: bytes[start..<index], as: UTF8.self).lowercased())
            while let byte = current, byte != UInt8(ascii: ">") {
                if Self.isSpace(byte) || byte == UInt8(ascii: "/") {
                    index += 1
                } else {
                    readAttribute(&tag)
                }
            }
            index += 1
            tags.append(tag)
            if ["script", "style", "title", "textarea", "iframe", "noscript", "xmp", "plaintext"].contains(tag.name) {
                skip(past: "</\(tag.name)")
            }
        }

        private mutating func readAttribute(_ tag: inout Tag) {
            let start = index
            while let byte = current, !Self.isSpace(byte), !"=>/".utf8.contains(byte) { index += 1 }
            if index == start { index += 1 }
            let name = String(decoding: bytes[start..<min(index, bytes.count)], as: UTF8.self).lowercased()
            while let byte = current, Self.isSpace(byte) { index += 1 }
            guard current == UInt8(ascii: "=") else {
                tag.attributes[name] = ""
                return
            }
            index += 1
            while let byte = current, Self.isSpace(byte) { index += 1 }
            tag.attributes[name] = readValue()
        }

        private mutating func readValue() -> String {
            guard let quote = current else { return "" }
            if quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
                let start = index + 1
                index = start
                while let byte = current, byte != quote { index += 1 }
                defer { index += 1 }
                return String(decoding: bytes[start..<index], as: UTF8.self)
            }
            let start = index
            while let byte = current, !Self.isSpace(byte), byte != UInt8(ascii: ">") { index += 1 }
            return String(decoding: bytes[start..<index], as: UTF8.self)
        }

        private mutating func skip(past end: String) {
            let end = Array(end.utf8)
            while index < bytes.count, !bytes[index...].starts(with: end) { index += 1 }
            index = min(index + end.count, bytes.count)
        }

        private static func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte & ~0x20) }
        private static func isSpace(_ byte: UInt8) -> Bool {
            byte == 0x20 || (0x09...0x0D).contains(byte) && byte != 0x0B
        }
    }
#endif
