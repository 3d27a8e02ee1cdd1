/// The name of a folder in a mailbox, as Maildir++ has it: below the mailbox's Maildir, with a dot in front.
///
/// Dots part the levels: `Lists.swift` is the folder `swift` in the folder `Lists`.
public struct FolderName: Sendable, Hashable {
    /// The name without the dot in front.
    public let text: String

    /// Nil unless the name is 1 to 200 printable ASCII characters, no level of it is empty, and none of them is one that IMAP
    /// (RFC 3501 §5.1) or the file system takes for something else: `/`, `*`, `%`, `&`, `\`, `"`, or a space at an end.
    /// `INBOX` is not a folder's name.
    public init?(_ text: String) {
        let octets = Array(text.utf8)
        guard (1...200).contains(octets.count), octets.allSatisfy(Self.isPlain), octets.first != 0x20,
            octets.last != 0x20
        else { return nil }
        let levels = text.split(separator: ".", omittingEmptySubsequences: false)
        guard levels.allSatisfy({ !$0.isEmpty }), levels.first?.uppercased() != "INBOX" else { return nil }
        self.text = text
    }

    private init(known text: String) { self.text = text }

    /// `New contacts`: where strangers wait for their owner's word.
    public static let newContacts = FolderName(known: "New contacts")
    /// `Welcome`
    public static let welcome = FolderName(known: "Welcome")
    /// `Blocked`
    public static let blocked = FolderName(known: "Blocked")
    /// `Junk` (RFC 6154 calls its use so).
    public static let junk = FolderName(known: "Junk")
    /// `Spam`
    public static let spam = FolderName(known: "Spam")

    /// The name of the directory.
    var step: String { "." + text }

    private static func isPlain(_ octet: UInt8) -> Bool {
        switch octet {
        case UInt8(ascii: "/"), UInt8(ascii: "*"), UInt8(ascii: "%"), UInt8(ascii: "&"), UInt8(ascii: "\\"),
            UInt8(ascii: "\""):
            false
        default: (0x20...0x7E).contains(octet)
        }
    }
}
