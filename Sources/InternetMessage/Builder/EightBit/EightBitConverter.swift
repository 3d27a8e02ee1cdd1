/// Makes a message with 8-bit content 7-bit, for a server that does not offer 8BITMIME (RFC 6152 §3).
///
/// Each part with octets over 127 gets quoted-printable or base64, and its `Content-Transfer-Encoding` is put right; all else
/// stays octet for octet. A DKIM signature over the body does not outlive it: the message is signed afterwards.
///
/// A message without `Content-Type` says nothing of its charset. It becomes `text/plain; charset=unknown-8bit` (RFC 1428 §3):
/// a guess would be a claim of ours.
public enum EightBitConverter {
    /// Whether the message has octets over 127.
    public static func isNeeded(_ message: [UInt8]) -> Bool { message.contains { $0 >= 0x80 } }

    /// The message in 7-bit.
    public static func convert(_ message: [UInt8]) throws(EightBitConversionError) -> [UInt8] {
        guard isNeeded(message) else { return message }
        let read = MIMEMessage(message)
        guard !read.isAmbiguous, !LineFacts(message).hasBareLineEnd else { throw .ambiguous }
        var edits: [(place: Range<Int>, octets: [UInt8])] = []
        /// Octets over 127 that are taken care of.
        var handled = 0
        for (index, entity) in read.entities.enumerated() {
            guard !has8Bit(message, entity.headerRange) else { throw .headerNeedsUTF8 }
            if entity.children.isEmpty {
                guard has8Bit(message, entity.bodyRange) else { continue }
                guard !isSigned(index, in: read) else { throw .signed }
                let (encoding, body) = try encode(entity, of: read)
                edits += header(of: entity, index, in: read, encoding: encoding)
                edits.append((entity.bodyRange, body))
                handled += message[entity.bodyRange].count { $0 >= 0x80 }
            } else if entity.transferEncoding != .sevenBit {
                guard !isSigned(index, in: read) || !has8Bit(message, entity.bodyRange) else { throw .signed }
                edits += header(of: entity, index, in: read, encoding: .sevenBit)
            }
        }
        guard handled == message.count(where: { $0 >= 0x80 }) else { throw .notConvertible }
        return apply(edits, to: message)
    }

    private static func has8Bit(_ message: [UInt8], _ place: Range<Int>) -> Bool {
        message[place].contains { $0 >= 0x80 }
    }

    private static func isSigned(_ index: Int, in message: MIMEMessage) -> Bool {
        var place = message.entities[index].parent
        while let parent = place {
            if message.entities[parent].mediaType.matches("multipart", "signed") { return true }
            place = message.entities[parent].parent
        }
        return false
    }

    private static func encode(
        _ entity: MIMEEntity, of message: MIMEMessage
    ) throws(EightBitConversionError) -> (TransferEncoding, [UInt8]) {
        let type = entity.mediaType
        let isEncodable =
            !type.matches("message") || type.matches("message", "global-headers")
            || type.matches("message", "global-delivery-status")
        guard entity.transferEncoding.isIdentity, !entity.isOpaque, isEncodable else { throw .notConvertible }
        let content = Array(message.bytes[entity.bodyRange])
        let isLast = entity.bodyRange.upperBound == message.bytes.count
        let encoder = ContentEncoder(
            extensions: [], isSigned: false, isText: type.matches("text") || type.matches("message"), isExact: true,
            isLast: isLast)
        guard let (encoding, body) = try? encoder.encode(content, as: nil) else { throw .notConvertible }
        let needsLineEnd = isLast && body.last != .lineFeed
        return (encoding, needsLineEnd ? body + [.carriageReturn, .lineFeed] : body)
    }

    /// The edits that make the header say what the body is.
    private static func header(
        of entity: MIMEEntity, _ index: Int, in message: MIMEMessage, encoding: TransferEncoding
    ) -> [(place: Range<Int>, octets: [UInt8])] {
        let field = line(.contentTransferEncoding, encoding.name)
        var edits: [(place: Range<Int>, octets: [UInt8])] = []
        var place = entity.headerRange.lowerBound
        var hasEncoding = false
        var hasVersion = false
        for piece in message.header(of: entity).pieces {
            switch piece {
            case .field(let old):
                if old.isNamed(.contentTransferEncoding) {
                    edits.append((place..<(place + old.raw.count), field))
                    hasEncoding = true
                }
                if old.isNamed(.mimeVersion) { hasVersion = true }
                place += old.raw.count
            case .other(let octets): place += octets.count
            case .blankLine:
                var added: [UInt8] = []
                let isMessage = entity.parent.map { message.entities[$0].mediaType.isMessage } ?? true
                if isMessage, !hasVersion { added += line(.mimeVersion, Array("1.0".utf8)) }
                if isMessage, entity.hasDefaultType {
                    added += line(.contentType, Array("text/plain; charset=unknown-8bit".utf8))
                }
                if !hasEncoding { added += field }
                if !added.isEmpty { edits.append((place..<place, added)) }
            }
        }
        return edits
    }

    private static func line(_ name: HeaderFieldName, _ body: [UInt8]) -> [UInt8] {
        name.bytes + [UInt8(ascii: ":"), .space] + body + [.carriageReturn, .lineFeed]
    }

    private static func apply(_ edits: [(place: Range<Int>, octets: [UInt8])], to message: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(message.count + message.count / 2)
        var position = 0
        for edit in edits.sorted(by: { $0.place.lowerBound < $1.place.lowerBound }) {
            guard edit.place.lowerBound >= position else { continue }
            out += message[position..<edit.place.lowerBound] + edit.octets
            position = edit.place.upperBound
        }
        return out + message[position...]
    }
}
