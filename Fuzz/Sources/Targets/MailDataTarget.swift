import SMTP

/// The scanner finds what the reference finds, however the octets are cut. The first octet chooses how.
@Sendable func fuzzMailData(_ input: [UInt8]) {
    guard let choice = input.first else { return }
    let octets = Array(input.dropFirst())
    for framing in [MailDataScanner.Framing.dot, .counted] {
        let reference = MailDataReference(octets, framing)
        for pieces in [[octets], Cutting.octets.pieces(of: octets), Cutting(chosenBy: choice).pieces(of: octets)] {
            compare(scan(pieces, framing), with: reference)
        }
    }
}

private struct Scanned {
    var outcome = MailDataReference.Outcome.unfinished
    var content: [UInt8] = []
    var findings: MailDataScanner.Findings = []
}

private func scan(_ pieces: [[UInt8]], _ framing: MailDataScanner.Framing) -> Scanned {
    var scanner = MailDataScanner(framing)
    var scanned = Scanned()
    var before = 0
    pieces: for piece in pieces {
        var index = 0
        scanning: while true {
            switch scanner.scan(piece.span, from: index) {
            case .content(let range):
                require(range.lowerBound >= index && !range.isEmpty, "the scanner stands still or goes back")
                scanned.content += piece[range]
                index = range.upperBound
            case .end(let end):
                require(end >= index, "the end is before the start")
                scanned.outcome = .end(before + end)
                break pieces
            case .bareNewline:
                scanned.outcome = .bareNewline
                break pieces
            case .more: break scanning
            }
        }
        before += piece.count
    }
    scanned.findings = scanner.findings
    return scanned
}

private func compare(_ scanned: Scanned, with reference: MailDataReference) {
    require(scanned.outcome == reference.outcome, "\(scanned.outcome) where it is \(reference.outcome)")
    // The session ends there: how far the scanner came before it saw it is of no interest.
    guard reference.outcome != .bareNewline else { return }
    require(scanned.content == reference.content, "\(shown(scanned.content)) where it is \(shown(reference.content))")
    require(scanned.findings == reference.findings, "\(scanned.findings) where they are \(reference.findings)")
}
