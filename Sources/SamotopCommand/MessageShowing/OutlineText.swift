import Foundation
import InternetMessage

/// An outline of a message for people, and for programs.
enum OutlineText {
    static func json(_ outline: MessageOutline) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(outline), as: UTF8.self)
    }

    static func lines(_ outline: MessageOutline) -> [String] {
        var lines: [String] = []
        for (title, people) in [("From", outline.from), ("To", outline.to), ("Cc", outline.cc)] where !people.isEmpty {
            lines.append("\(title): \(people.map(person).joined(separator: ", "))")
        }
        for (title, value) in [("Subject", outline.subject), ("Date", outline.date), ("Message-ID", outline.messageID)]
        {
            if let value { lines.append("\(title): \(value)") }
        }
        lines += [""] + outline.parts.map(part)
        if !outline.findings.isEmpty {
            lines += ["", outline.isAmbiguous ? "ambiguous: other readers may see another message" : "unusual"]
            lines += outline.findings.map { "  \($0.kind) in part \($0.part), octet \($0.offset)" }
        }
        if let text = outline.text {
            lines += [""] + text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
            if outline.isTextTruncated { lines.append("[there is more]") }
        }
        return lines
    }

    private static func person(_ person: MessageOutline.Correspondent) -> String {
        switch (person.name, person.address) {
        case (let name?, let address?) where !name.isEmpty: "\(name) <\(address)>"
        case (_, let address?): address
        case (let name, nil): name ?? ""
        }
    }

    private static func part(_ part: MessageOutline.Part) -> String {
        let depth = part.number == "0" ? 0 : part.number.split(separator: ".").count
        var words = [part.number, part.type]
        if let charset = part.charset { words.append(charset) }
        if part.encoding != "7bit" { words.append(part.encoding) }
        words.append("\(part.size) octets")
        if let disposition = part.disposition { words.append(disposition) }
        if let name = part.name { words.append("“\(name)”") }
        if let sent = part.sentName { words.append("(sent as “\(sent)”)") }
        if part.isOpaque { words.append("(not looked into)") }
        return String(repeating: "  ", count: depth + 1) + words.joined(separator: " ")
    }
}
