import SMTP

/// Writes the fields of a delivery status (RFC 3464 §2). Most of what stands in them came from other systems: nothing of it
/// can end a field.
struct StatusFieldWriter {
    /// The type is `message/global-delivery-status` (RFC 6533 §4).
    let allowsUTF8: Bool

    /// The groups of fields: about the message, then about each recipient.
    func fields(of notification: DeliveryStatusNotification) -> [UInt8] {
        var out: [UInt8] = []
        add("Original-Envelope-Id", notification.originalEnvelopeID.map { value($0) }, to: &out)
        add("Reporting-MTA", typed(notification.reportingMTA), to: &out)
        add("Arrival-Date", notification.arrivalDate?.bytes, to: &out)
        for recipient in notification.recipients.prefix(DeliveryStatusNotification.maximumRecipients) {
            out += [.carriageReturn, .lineFeed]
            addAddress("Original-Recipient", recipient.originalRecipient, to: &out)
            addAddress("Final-Recipient", recipient.finalRecipient, to: &out)
            add("Action", Array(recipient.action.rawValue.utf8), to: &out)
            add("Status", recipient.status.bytes, to: &out)
            add("Remote-MTA", recipient.remoteMTA.map(typed), to: &out)
            add("Diagnostic-Code", recipient.diagnosticCode.map(typed), to: &out)
            add("Last-Attempt-Date", recipient.lastAttempt?.bytes, to: &out)
            // RFC 3464 §2.3.9
            if recipient.action == .delayed { add("Will-Retry-Until", recipient.willRetryUntil?.bytes, to: &out) }
        }
        return out
    }

    private func add(_ name: StaticString, _ body: [UInt8]?, to out: inout [UInt8]) {
        guard let body else { return }
        var writer = FieldWriter(HeaderFieldName(known: name))
        for word in body.split(separator: .space) {
            for piece in Self.pieces(word) { writer.add(piece) }
        }
        out += writer.bytes + [.carriageReturn, .lineFeed]
    }

    /// An address is one word, white space in it too.
    private func addAddress(_ name: StaticString, _ typed: ReportedValue?, to out: inout [UInt8]) {
        guard let typed else { return }
        var writer = FieldWriter(HeaderFieldName(known: name))
        writer.add(type(typed) + [UInt8(ascii: ";")])
        for piece in Self.pieces(address(typed)[...]) { writer.add(piece) }
        out += writer.bytes + [.carriageReturn, .lineFeed]
    }

    /// A word that no line has room for is parted, not within a character.
    private static func pieces(_ word: ArraySlice<UInt8>) -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        var rest = word
        while rest.count > maximumWord {
            var end = rest.startIndex + maximumWord
            while end > rest.startIndex + 1, rest[end] & 0xC0 == 0x80 { end -= 1 }
            pieces.append(Array(rest[..<end]))
            rest = rest[end...]
        }
        return pieces + [Array(rest)]
    }

    private static let maximumWord = 900

    private func typed(_ typed: ReportedValue) -> [UInt8] {
        type(typed) + [UInt8(ascii: ";"), .space] + value(typed.value)
    }

    private func type(_ typed: ReportedValue) -> [UInt8] {
        let type = typed.type.prefix(40).filter { $0.isTokenByte && $0 < 0x80 }
        return type.isEmpty ? Array("x-unknown".utf8) : type
    }

    // RFC 6533 §3
    private func address(_ typed: ReportedValue) -> [UInt8] {
        guard typed.isOfType("utf-8"), !allowsUTF8 else { return value(typed.value) }
        var out: [UInt8] = []
        for scalar in String(decoding: typed.value.prefix(ReportedValue.maximumDiagnostic), as: UTF8.self)
            .unicodeScalars
        {
            let isPlain = (0x21...0x7E).contains(scalar.value) && scalar != "+" && scalar != "=" && scalar != "\\"
            if isPlain {
                out.append(UInt8(truncatingIfNeeded: scalar.value))
            } else if scalar.value >= 0xA0 || scalar == " " || scalar == "+" || scalar == "=" || scalar == "\\" {
                out += "\\x{\(String(scalar.value, radix: 16, uppercase: true))}".utf8
            } else {
                out.append(UInt8(ascii: "?"))
            }
        }
        return out
    }

    /// What stands in a line of its own kind: no controls, UTF-8 where it may be, cut.
    private func value(_ octets: [UInt8]) -> [UInt8] {
        let text = String(decoding: octets.prefix(ReportedValue.maximumDiagnostic), as: UTF8.self)
        var out: [UInt8] = []
        for scalar in text.unicodeScalars {
            if scalar == "\t" || scalar == " " {
                out.append(.space)
            } else if scalar.value < 0x20 || scalar.value == 0x7F || HeaderText.isLineBreak(scalar) {
                out.append(UInt8(ascii: "?"))
            } else if scalar.isASCII || allowsUTF8 {
                out += UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
            } else {
                out.append(UInt8(ascii: "?"))
            }
        }
        return out
    }
}
