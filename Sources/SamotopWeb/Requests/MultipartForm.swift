#if Web
    /// A form with a file (RFC 7578): what a browser sends, read in one pass, at most ``maximumParts`` parts.
    enum MultipartForm {
        static let maximumParts = 20

        /// The boundary in a Content-Type value; nil: it is no multipart form.
        static func boundary(in contentType: String) -> [UInt8]? {
            let parts = contentType.split(separator: ";").map { String($0).trimmingSpaces() }
            guard parts.first?.lowercased() == "multipart/form-data" else { return nil }
            guard let parameter = parts.dropFirst().first(where: { $0.lowercased().hasPrefix("boundary=") }) else {
                return nil
            }
            var value = parameter.dropFirst("boundary=".count)
            if value.hasPrefix("\""), value.hasSuffix("\""), value.count >= 2 { value = value.dropFirst().dropLast() }
            guard (1...70).contains(value.utf8.count) else { return nil }
            return Array(value.utf8)
        }

        /// The fields, and the first file; nil when it doesn't end as it should.
        static func read(_ body: [UInt8], boundary: [UInt8]) -> FormFields? {
            var fields = FormFields([])
            let delimiter = Array("\r\n--".utf8) + boundary
            // the first delimiter has no line break before it
            guard body.starts(with: delimiter.dropFirst(2)) else { return nil }
            var start = delimiter.count - 2
            for _ in 0..<maximumParts {
                if body[start...].starts(with: "--".utf8) { return fields }
                guard body[start...].starts(with: "\r\n".utf8),
                    let headerEnd = find(Array("\r\n\r\n".utf8), in: body, from: start),
                    let end = find(delimiter, in: body, from: headerEnd + 2)
                else { return nil }
                let header = String(decoding: body[start..<headerEnd].prefix(2000), as: UTF8.self)
                let content = Array(body[min(headerEnd + 4, end)..<end])
                if let name = parameter("name", in: header) {
                    if let file = parameter("filename", in: header) {
                        if fields.file == nil { fields.file = UploadedFile(name: file, bytes: content) }
                    } else {
                        fields.add(name, String(decoding: content, as: UTF8.self))
                    }
                }
                start = end + delimiter.count
            }
            return nil
        }

        private static func parameter(_ name: String, in header: String) -> String? {
            for line in header.split(whereSeparator: \.isNewline)
            where line.lowercased().hasPrefix("content-disposition:") {
                for part in line.split(separator: ";").dropFirst() {
                    let part = String(part).trimmingSpaces()
                    guard part.hasPrefix("\(name)=\"") else { continue }
                    return String(part.dropFirst(name.count + 2).prefix { $0 != "\"" })
                }
            }
            return nil
        }

        /// Where `needle` starts; looks at each octet a bounded number of times, since no line break is inside a
        /// boundary.
        private static func find(_ needle: [UInt8], in body: [UInt8], from start: Int) -> Int? {
            guard let first = needle.first, start >= 0, body.count >= needle.count else { return nil }
            var index = start
            while index <= body.count - needle.count {
                if body[index] == first, body[index..<(index + needle.count)].elementsEqual(needle) { return index }
                index += 1
            }
            return nil
        }
    }
#endif
