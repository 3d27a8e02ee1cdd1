/// Looks at a JSON text before anything is built of it: how deep it goes, and how many values it can have.
enum JSONShape {
    static func check(_ text: [UInt8], depth maximumDepth: Int, values maximumValues: Int) throws(ReportFault) {
        var (depth, values, isInString, isEscaped) = (0, 0, false, false)
        for byte in text {
            if isInString {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInString = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isInString = true
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                values += 1
                guard depth <= maximumDepth else { throw .tooDeep(limit: maximumDepth) }
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            case UInt8(ascii: ","): values += 1
            default: break
            }
            guard values <= maximumValues else { throw .tooManyValues(limit: maximumValues) }
        }
    }
}
