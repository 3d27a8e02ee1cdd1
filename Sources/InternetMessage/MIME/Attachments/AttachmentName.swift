/// The name of an attachment: what the sender wrote, and what of it may name a file on a reader's machine.
///
/// The safe name is the last piece of a path, without control and direction-changing characters, without dots, spaces or
/// hyphens at its start and dots or spaces at its end, no device of Windows, and at most 120 octets of UTF-8. It is for
/// people who save a file; no server uses it as a path.
public struct AttachmentName: Hashable, Sendable {
    /// UTF-8 as sent, decoded (RFC 2231, RFC 2047) but otherwise unchanged; nil when the part has no name.
    public let sent: [UInt8]?
    /// The safe name, never empty.
    public let safe: [UInt8]

    /// Octets of ``safe`` at most.
    public static let maximumLength = 120

    /// The name that a part has: `filename` of `Content-Disposition` before `name` of `Content-Type` (RFC 2183 §2.3).
    public init(_ entity: MIMEEntity) {
        let parameter = entity.disposition?.parameters["filename"] ?? entity.mediaType.parameters["name"]
        self.init(sent: parameter?.value, fallback: Self.fallback(entity.mediaType))
    }

    init(sent: [UInt8]?, fallback: StaticString) {
        self.sent = sent
        let made = sent.map(Self.makeSafe) ?? []
        safe = made.isEmpty ? fallback.withUTF8Buffer { Array($0) } : made
    }

    private static func fallback(_ type: MediaType) -> StaticString {
        if type.isMessage { return "message.eml" }
        return type.matches("text") ? "text.txt" : "attachment.bin"
    }

    private static func makeSafe(_ name: [UInt8]) -> [UInt8] {
        // octets first: a name of a megabyte is not looked at character by character
        let tail = name.suffix(4_096)
        let text = String(decoding: tail, as: UTF8.self).unicodeScalars
        let piece =
            text.split(omittingEmptySubsequences: true) { $0 == "/" || $0 == "\\" }.last ?? text[text.endIndex...]
        var scalars: [Unicode.Scalar] = piece.compactMap { scalar in
            if VisibleText.isHidden(scalar) || scalar == "\u{FFFD}" { return nil }
            return "<>:\"|?*".unicodeScalars.contains(scalar) ? "_" : scalar
        }
        while let last = scalars.last, last == "." || last.properties.isWhitespace { scalars.removeLast() }
        let start = scalars.firstIndex { $0 != "." && $0 != "-" && $0 != "~" && !$0.properties.isWhitespace }
        scalars.removeFirst(start ?? scalars.count)
        if isDevice(scalars) { scalars.insert("_", at: 0) }
        return cut(scalars)
    }

    // CON, PRN, AUX, NUL, COM0…9, LPT0…9, with any extension
    private static func isDevice(_ name: [Unicode.Scalar]) -> Bool {
        var stem = String(String.UnicodeScalarView(name.prefix { $0 != "." }.prefix(16))).lowercased()
        while stem.last == " " { stem.removeLast() }
        if ["con", "prn", "aux", "nul", "conin$", "conout$"].contains(stem) { return true }
        let digits: Set<Character> = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "¹", "²", "³"]
        guard let last = stem.last, digits.contains(last) else { return false }
        return ["com", "lpt"].contains(String(stem.dropLast()))
    }

    /// Shortens the stem, so that the extension stays.
    private static func cut(_ name: [Unicode.Scalar]) -> [UInt8] {
        let dot = name.lastIndex(of: ".") ?? name.count
        let suffix = utf8(name[dot...])
        let isExtension = suffix.count <= 16
        var out: [UInt8] = []
        let room = maximumLength - (isExtension ? suffix.count : 0)
        for scalar in isExtension ? name[..<dot] : name[...] {
            let piece = UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
            guard out.count + piece.count <= room else { break }
            out += piece
        }
        return isExtension ? out + suffix : out
    }

    private static func utf8(_ scalars: ArraySlice<Unicode.Scalar>) -> [UInt8] {
        scalars.flatMap { Array(UTF8.encode($0) ?? UTF8.encodedReplacementCharacter) }
    }
}
