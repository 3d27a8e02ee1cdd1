import SMTP
import SamotopCore

/// What a client gets to hear does not depend on how its octets arrive.
///
/// The first two octets choose the server's settings and a cutting; the rest is all that the client ever sends. A
/// client that says one line at a time never sends on where it has to wait (but for the content of chunks), so that
/// conversation is the measure of the others.
@Sendable func fuzzSession(_ input: [UInt8]) {
    guard input.count > 2 else { return }
    let settings = SessionSettings(input[0], input[1])
    let stream = Array(input.dropFirst(2))

    let lines = SessionRun(settings).played(Cutting.lines.pieces(of: stream))
    let octets = SessionRun(settings).played(Cutting.octets.pieces(of: stream))
    require(lines.outcome == octets.outcome, difference("octet by octet", octets, lines))

    let pieces = settings.pieceSize.map { Cutting.equal($0).pieces(of: stream) } ?? [stream]
    let cut = SessionRun(settings).played(pieces)
    let breach = ReplyWords.illegalPipelining.rejecting.bytes
    guard !cut.output.suffix(breach.count).elementsEqual(breach) else { return }
    require(cut.outcome == lines.outcome, difference("in pieces", cut, lines))
}

private func difference(_ name: String, _ run: SessionRun, _ other: SessionRun) -> String {
    """
    \(name) the server says
    \(shown(run.output)), closes: \(run.isClosed), delivers: \(run.outcome.delivered.map(shown))
    line by line it says
    \(shown(other.output)), closes: \(other.isClosed), delivers: \(other.outcome.delivered.map(shown))
    """
}
