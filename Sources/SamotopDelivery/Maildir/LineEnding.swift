/// How lines end in the files of a Maildir.
public enum LineEnding: Sendable, Hashable {
    /// LF, the custom of Unix mailboxes, for which all readers are made: mutt shows `^M` in header fields otherwise.
    ///
    /// Only CRLF becomes LF, so the octets received can be had back exactly. A message sent with BODY=BINARYMIME
    /// (RFC 3030), in which bare LF may occur, is kept as received.
    case lf
    /// CRLF: the file holds the octets as received.
    case crlf
}
