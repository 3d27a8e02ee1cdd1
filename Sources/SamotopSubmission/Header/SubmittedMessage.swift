public import InternetMessage
public import SMTP
public import SamotopCore

/// Puts submitted headers right (RFC 6409 §8.2, §8.3): Date and Message-ID where they are missing; and takes out what says more of the
/// author than they wrote.
public enum SubmittedMessage {
    /// Fields by which programs tell of themselves and of the machine they run on, and recipients that nobody is to see.
    public static let revealingFields: Set<HeaderFieldName> = Set(
        [
            "Bcc", "Resent-Bcc", "User-Agent", "Mail-User-Agent", "X-User-Agent", "X-Mailer", "X-MimeOLE",
            "X-Mailreader", "X-Newsreader", "X-News-Software", "X-Editor", "X-Library", "X-Operating-System", "X-Uname",
            "X-Originating-IP", "X-Originating-Client", "X-Originating-Host", "X-Originating-Hostname", "X-Client-IP",
            "X-Sender-IP", "X-Source-IP", "X-Sender-Host", "X-Remote-IP", "X-Authentication-Warning",
            // Times and numbers of the program's own.
            "Thread-Index", "X-Account-Key", "X-Identity-Key", "X-Uniform-Type-Identifier",
            "X-Universally-Unique-Identifier",
        ].compactMap { HeaderFieldName(Array($0.utf8)) })

    /// With what the names of other such fields begin.
    private static let revealingPrefixes = [
        "X-Apple-", "X-Claws-", "X-Enigmail-", "X-Evolution-", "X-KMail-", "X-Mailer-", "X-Mozilla-", "X-MS-",
        "X-Sylpheed-",
    ].compactMap { HeaderFieldName(Array($0.utf8)) }

    /// The header that goes on.
    ///
    /// - Parameters:
    ///   - host: the domain of a Message-ID where the reverse-path has none.
    ///   - isPrivate: dates are written in UTC, and what programs tell of themselves beside ``revealingFields`` is taken out.
    public static func header(
        _ header: HeaderSection, _ envelope: Envelope, _ now: Timestamp, host: DomainName, isPrivate: Bool
    ) -> [UInt8] {
        var octets: [UInt8] = []
        var blankLine: [UInt8] = []
        for piece in header.pieces {
            switch piece {
            case .field(let field) where isPrivate: octets += isRevealing(field) ? [] : neutral(field)
            case .field(let field): octets += field.raw
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

    private static func isRevealing(_ field: HeaderField) -> Bool {
        revealingPrefixes.contains { $0.matches(field.nameOctets.prefix($0.bytes.count)) }
    }

    /// Dates in UTC, and MIME-Version without its comments, where programs write their names (RFC 2045 §4).
    private static func neutral(_ field: HeaderField) -> [UInt8] {
        let body: [UInt8]
        if field.isNamed(.date) || field.isNamed(.resentDate), let date = InternetDate(field.body) {
            body = InternetDate(secondsSince1970: date.secondsSince1970).bytes
        } else if field.isNamed(.mimeVersion), field.bodyOctets.contains(UInt8(ascii: "(")) {
            body = withoutComments(field.unfoldedBody)
        } else {
            return field.raw
        }
        return field.name + Array(": ".utf8) + body + [0x0D, 0x0A]
    }

    private static func withoutComments(_ body: [UInt8]) -> [UInt8] {
        var (kept, depth, isQuoted): ([UInt8], Int, Bool) = ([], 0, false)
        for octet in body {
            switch octet {
            case _ where isQuoted: isQuoted = false
            case UInt8(ascii: "\\"): isQuoted = true
            case UInt8(ascii: "("): depth += 1
            case UInt8(ascii: ")"): depth = max(0, depth - 1)
            case 0x20, 0x09: break
            default: if depth == 0 { kept.append(octet) }
            }
        }
        return kept
    }
}

extension ReversePath {
    /// The domain in ASCII; nil: there is none.
    fileprivate var domain: [UInt8]? {
        guard case .mailbox(let mailbox) = self, case .name(let name) = mailbox.domain, name.isASCII else { return nil }
        return name.bytes
    }
}
