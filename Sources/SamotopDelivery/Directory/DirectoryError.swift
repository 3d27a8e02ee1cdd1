public import SMTP

/// Why a directory could not be built; each case names the entry to change.
public enum DirectoryError: Error, Sendable, Hashable {
    /// The entry's domain is an address literal or is missing from the domains.
    case foreignDomain(entry: Mailbox)
    /// Two entries have this address.
    case duplicate(entry: Mailbox)
    /// The alias has no target.
    case noTarget(alias: Mailbox)
    /// The pattern, or what takes the rest of a domain, has no target.
    case entryWithoutTarget(String)
    /// The pattern, or what takes the rest of a domain, names an address that is not in the tables.
    case entryOfUnknownTarget(String, target: Mailbox)
    /// The pattern's domain, or the one whose rest is taken, is not one of the domains.
    case foreignPattern(String)
    /// Two patterns of a domain have addresses in common.
    case overlap(String, String, example: String)
    /// The pattern has no field of this name.
    case unknownField(String, field: String)
    /// The alias names an address that is not in the tables.
    case unknownTarget(alias: Mailbox, target: Mailbox)
    /// The alias leads to another domain, and nothing takes mail there.
    case foreignTarget(alias: Mailbox, target: Mailbox)
    /// The alias leads back to itself.
    case loop(alias: Mailbox)
    /// Aliases of aliases, deeper than ``Directory/deepestAlias``.
    case tooDeep(alias: Mailbox)
    /// A mailbox name is empty or holds control characters.
    case unfitName(entry: Mailbox)
    /// A folder is empty, or has an empty, `.` or `..` step, or a NUL.
    case unfitFolder(entry: Mailbox)
    /// One name with two folders, or one folder with two names.
    case ambiguousFolder(entry: Mailbox)
    /// One name whose mail stays in a Maildir and is handed to something else, or to two things.
    case ambiguousHandover(entry: Mailbox)
    /// Mail for this address is read by the server itself.
    case reserved(entry: Mailbox)
    /// This text is no address.
    case unreadableAddress(String)
    /// RFC 5321 §4.5.1: no mailbox has this name, and postmaster must have one.
    case unknownPostmaster(name: String)
    /// The postmaster's mail would be handed to something else.
    case handedPostmaster(name: String)
}

extension DirectoryError: CustomStringConvertible {
    /// One line for the operator; it names the entry.
    public var description: String {
        switch self {
        case .foreignDomain(let entry): "\(Self.text(entry)): its domain is not one of the domains"
        case .duplicate(let entry): "\(Self.text(entry)): listed twice"
        case .noTarget(let alias): "alias \(Self.text(alias)): no target"
        case .unknownTarget(let alias, let target): "alias \(Self.text(alias)): unknown target \(Self.text(target))"
        case .foreignTarget(let alias, let target):
            "alias \(Self.text(alias)): \(Self.text(target)) is of another domain, and no mail goes out from here"
        case .entryWithoutTarget(let entry): "\(entry): no target"
        case .entryOfUnknownTarget(let entry, let target): "\(entry): unknown target \(Self.text(target))"
        case .foreignPattern(let entry): "\(entry): its domain is not one of the domains"
        case .overlap(let one, let other, let example):
            "\(one) and \(other): \(example) is of both; change one of them, or list such names as aliases"
        case .unknownField(let pattern, let field): "\(pattern): has no field {\(field)}"
        case .loop(let alias): "alias \(Self.text(alias)): leads back to itself"
        case .tooDeep(let alias): "alias \(Self.text(alias)): more than \(Directory.deepestAlias) aliases in a row"
        case .unfitName(let entry): "\(Self.text(entry)): the mailbox name is empty or has control characters"
        case .unfitFolder(let entry): "\(Self.text(entry)): the folder is not a plain path"
        case .ambiguousFolder(let entry): "\(Self.text(entry)): a name has one folder, and a folder has one name"
        case .ambiguousHandover(let entry):
            "\(Self.text(entry)): a name's mail goes one way; give this address another name"
        case .reserved(let entry):
            "\(Self.text(entry)): takes keys (encryption.learn: keys-address); choose another name, or leave keys-address out"
        case .unreadableAddress(let text): "“\(text)” is no address: write local-part@domain"
        case .unknownPostmaster(let name): "postmaster: no mailbox is named \(name)"
        case .handedPostmaster(let name):
            "postmaster: the mail of \(name) is handed to something else; name a mailbox with a Maildir, where all that nobody takes can go"
        }
    }

    /// The address of the entry to change; nil: it is no address.
    public var entry: Mailbox? {
        switch self {
        case .foreignDomain(let entry), .duplicate(let entry), .noTarget(let entry), .unknownTarget(let entry, _),
            .foreignTarget(let entry, _), .loop(let entry), .tooDeep(let entry), .unfitName(let entry),
            .unfitFolder(let entry), .ambiguousFolder(let entry), .ambiguousHandover(let entry), .reserved(let entry):
            entry
        case .entryWithoutTarget, .entryOfUnknownTarget, .foreignPattern, .overlap, .unknownField, .unreadableAddress,
            .unknownPostmaster, .handedPostmaster:
            nil
        }
    }

    static func text(_ address: Mailbox) -> String { String(decoding: address.bytes, as: UTF8.self) }
}
