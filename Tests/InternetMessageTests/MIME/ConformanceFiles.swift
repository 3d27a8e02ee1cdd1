import Foundation
import InternetMessage
import Testing

/// The folder of a set in Resources.
func resourceFolder(_ set: String) -> URL { Bundle.module.bundleURL.appending(path: "Resources/\(set)") }

func octets(_ set: String, _ file: String) throws -> [UInt8] {
    Array(try Data(contentsOf: resourceFolder(set).appending(path: file)))
}

/// All messages of the sets, by name.
func messagesOfTheSets() throws -> [(name: String, octets: [UInt8])] {
    var messages: [(String, [UInt8])] = []
    for set in ["mime-python", "mime-rubymail", "mime-mailparser", "mime-haraka"] {
        let folder = resourceFolder(set)
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        for case let file as URL in files ?? .init() where ["eml", "txt"].contains(file.pathExtension) {
            messages.append(("\(set)/\(file.lastPathComponent)", Array(try Data(contentsOf: file))))
        }
    }
    return messages.sorted { $0.0 < $1.0 }
}

/// The octets with LF where they have CRLF.
func withoutReturns(_ octets: [UInt8]) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(octets.count)
    for byte in octets {
        if byte == 0x0A, out.last == 0x0D { out.removeLast() }
        out.append(byte)
    }
    return out
}

/// Prints the line of a set, and holds the cases that differ against those that are known to, with their reasons.
func report(_ set: String, count: Int, differing: [String: String], known: [String: String]) {
    let failed = Set(differing.keys).subtracting(known.keys)
    let contradicting = differing.count - failed.count
    print(
        "\(set): \(count - differing.count) passed, \(failed.count) failed"
            + (contradicting > 0 ? ", \(contradicting) contradict the standard or the interpretation" : ""))
    for name in failed.sorted() { Issue.record("\(set) \(name): \(differing[name] ?? "")") }
    for name in Set(known.keys).subtracting(differing.keys).sorted() { Issue.record("\(set) \(name) agrees by now") }
}
