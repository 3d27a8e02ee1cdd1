/// Byte-exact text: `\r \n \t \0 \\ \xHH`, and `\{N*X}` for N times X.
enum EscapedText {
    static func octets(_ text: [UInt8], _ line: Int) throws(DialogueError) -> [UInt8] {
        var octets: [UInt8] = []
        var index = 0
        while index < text.count {
            guard text[index] == UInt8(ascii: "\\") else {
                octets.append(text[index])
                index += 1
                continue
            }
            guard index + 1 < text.count else { throw DialogueError(line, "a backslash at the end") }
            switch text[index + 1] {
            case UInt8(ascii: "r"): octets.append(0x0D)
            case UInt8(ascii: "n"): octets.append(0x0A)
            case UInt8(ascii: "t"): octets.append(0x09)
            case UInt8(ascii: "0"): octets.append(0)
            case UInt8(ascii: "\\"): octets.append(UInt8(ascii: "\\"))
            case UInt8(ascii: "x"):
                let digits = String(decoding: text.dropFirst(index + 2).prefix(2), as: UTF8.self)
                guard digits.utf8.count == 2, let value = UInt8(digits, radix: 16) else {
                    throw DialogueError(line, "\\x needs two hexadecimal digits")
                }
                octets.append(value)
                index += 2
            case UInt8(ascii: "{"):
                guard let end = closing(text, from: index + 2) else { throw DialogueError(line, "\\{ without }") }
                octets += try repeated(Array(text[(index + 2)..<end]), line)
                index = end - 1
            default: throw DialogueError(line, "unknown escape")
            }
            index += 2
        }
        return octets
    }

    private static func closing(_ text: [UInt8], from start: Int) -> Int? {
        var depth = 0
        for index in start..<text.count {
            if text[index] == UInt8(ascii: "{"), text[index - 1] == UInt8(ascii: "\\") { depth += 1 }
            guard text[index] == UInt8(ascii: "}") else { continue }
            if depth == 0 { return index }
            depth -= 1
        }
        return nil
    }

    private static func repeated(_ text: [UInt8], _ line: Int) throws(DialogueError) -> [UInt8] {
        guard let star = text.firstIndex(of: UInt8(ascii: "*")),
            let count = Int(String(decoding: text[..<star], as: UTF8.self)), (0...10_000_000).contains(count)
        else { throw DialogueError(line, "\\{N*X} needs a number") }
        let unit = try octets(Array(text[(star + 1)...]), line)
        var octets: [UInt8] = []
        octets.reserveCapacity(unit.count * count)
        for _ in 0..<count { octets += unit }
        return octets
    }
}
