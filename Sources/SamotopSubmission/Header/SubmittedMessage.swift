public import InternetMessage
public import SMTP
public import SamotopCore

/// Puts submitted headers right (RFC 6409 §8.2, §8.3): Date and Message-ID where they are missing; and takes out what says more of the
/// author than they wrote.
public enum SubmittedMessage {
    /// Fields by which programs tell of themselves and of the machine they run on, and recipients that nobody is to see.
    public static let revealingFields: Set<HeaderFieldName> = Set(
        [
            "Bcc", "Resent-Bcc", "User-Agent", "X-Mailer", "X-MimeOLE", "X-Newsreader", "X-Originating-IP",
            "X-Originating-Client", "X-Originating-Host", "X-Originating-Hostname", "X-Client-IP", "X-Sender-IP",
            "X-Source-IP", "X-Sender-Host", "X-Remote-IP",
        ].compactMap { HeaderFieldName(Array($0.utf8)) })

    /// The header that goes on.
    ///
    /// - Parameters:
    ///   - host: the domain of a Message-ID where the reverse-path has none.
    ///   - hidesZone: dates are written in UTC.
    public static func header(
        _ header: HeaderSection, _ envelope: Envelope, _ now: Timestamp, host: DomainName, hidesZone: Bool
    ) -> [UInt8] {
        var octets: [UInt8] = []
        var blankLine: [UInt8] = []
        for piece in header.pieces {
            switch piece {
            case .field(let field): octets += hidesZone ? inUTC(field) : field.raw
            case .other(let other): octets += other
            case .blankLine(let line): blankLine = line
            }
        }
        var added: [UInt8] = []
        if header.fields(named: .date).isEmpty {
            added += line("Date", InternetDate(secondsSince1970: now.seconds).bytes)
        }
        if header.fields(named: .messageID).isEmpty {
            let domain = envelope.reversePath.domain ?? host.bytes
            added += line("Message-ID", Array("<\(envelope.id)@".utf8) + domain + [UInt8(ascii: ">")])
        }
        // Below: on top a line that begins with a space would become a part of them, and nobody would see that it was malformed.
        return octets + added + blankLine
    }

    private static func line(_ name: String, _ body: [UInt8]) -> [UInt8] {
        Array("\(name): ".utf8) + body + [0x0D, 0x0A]
    }

    private static func inUTC(_ field: HeaderField) -> [UInt8] {
        guard field.isNamed(.date) || field.isNamed(.resentDate), let date = InternetDate(field.body) else {
            return field.raw
        }
        return field.name + Array(": ".utf8) + InternetDate(secondsSince1970: date.secondsSince1970).bytes
            + [0x0D, 0x0A]
    }
}

extension ReversePath {
    /// The domain in ASCII; nil: there is none.
    fileprivate var domain: [UInt8]? {
        guard case .mailbox(let mailbox) = self, case .name(let name) = mailbox.domain, name.isASCII else { return nil }
        return name.bytes
    }
}
