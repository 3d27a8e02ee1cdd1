import Foundation
import InternetMessage
import Testing

/// Reads a set of cases from Resources.
func vectors<Case: Decodable>(_ set: String, _ file: String, as type: Case.Type) throws -> [Case] {
    let folder = Bundle.module.bundleURL.appending(path: "Resources/\(set)")
    return try JSONDecoder().decode([Case].self, from: Data(contentsOf: folder.appending(path: file)))
}

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

@_disfavoredOverload func text(_ bytes: [UInt8]?) -> String? { bytes.map { String(decoding: $0, as: UTF8.self) } }

/// The cases of the sets end their lines with LF; messages on the wire do not.
func wire(_ header: String) -> [UInt8] {
    bytes(header.replacing("\r\n", with: "\n").replacing("\n", with: "\r\n"))
}

/// The body of a field that is cut out of a message: what belongs to the next line is not of it.
func fieldBody(_ header: String) -> [UInt8] {
    HeaderSection(bytes("X:") + wire(header)).fields.first?.body ?? []
}

/// The places of the cases that do not agree.
func differences<Case>(_ cases: [Case], agrees: (Case) -> Bool) -> Set<Int> {
    Set(cases.indices.filter { !agrees(cases[$0]) })
}

/// Prints the line of a set. The cases known to differ contradict a standard or the interpretation.
func tally(_ set: String, count: Int, differing: Set<Int>, known: Set<Int>) {
    let contradicting = differing.intersection(known).count
    print(
        "\(set): \(count - differing.count) passed, \(differing.count - contradicting) failed"
            + (contradicting > 0 ? ", \(contradicting) contradict the standard or the interpretation" : ""))
}
