import Foundation
import InternetMessage

/// A message as mail-parser reads it: the shape of the set mime-mailparser.
struct MailparserCase: Decodable {
    struct Header: Decodable {
        struct Value: Decodable {
            struct ContentType: Decodable {
                let c_type: String
                let c_subtype: String?
            }
            let ContentType: ContentType?
        }
        let name: String
        let value: Value?

        private enum Key: CodingKey { case name, value }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            // fields of no standard have a name of another shape
            name = (try? container.decode(String.self, forKey: .name)) ?? ""
            value = try? container.decode(Value.self, forKey: .value)
        }
    }

    struct Body: Decodable {
        let Text: String?
        let Html: String?
        let Binary: [UInt8]?
        let InlineBinary: [UInt8]?
        let Multipart: [Int]?
        let Message: MailparserCase?
    }

    struct Part: Decodable {
        let headers: [Header]
        let body: Body
        let is_encoding_problem: Bool
        let offset_body: Int
        let offset_end: Int
    }

    let parts: [Part]

    /// A part in its place.
    struct Entity {
        let part: Part
        let depth: Int
    }

    /// The parts in the order of the message, attached messages opened.
    var entities: [Entity] {
        var found: [Entity] = []
        var waiting: [(MailparserCase, Int, Int)] = parts.isEmpty ? [] : [(self, 0, 0)]
        while let (message, index, depth) = waiting.popLast() {
            let part = message.parts[index]
            found.append(Entity(part: part, depth: depth))
            waiting += (part.body.Multipart ?? []).reversed().map { (message, $0, depth + 1) }
            if let inner = part.body.Message, !inner.parts.isEmpty { waiting.append((inner, 0, depth + 1)) }
        }
        return found
    }
}

extension MailparserCase.Part {
    /// `type/subtype`, when a field says it.
    var type: String? {
        guard
            let type = headers.first(where: { $0.value?.ContentType != nil && $0.name == "content_type" })?.value?
                .ContentType,
            let subtype = type.c_subtype
        else { return nil }
        return "\(type.c_type)/\(subtype)".lowercased()
    }
}
