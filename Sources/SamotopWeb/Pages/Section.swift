#if Web
    import SamotopContacts

    /// The parts of the pages, in the order that they are shown in.
    enum Section: String, CaseIterable {
        case new, contacts, held, passes, mailboxes, keys, why, policy
        case queue, signatures

        /// For those who run the server, where it sends mail.
        var isForAdministrators: Bool { self == .queue || self == .signatures }

        var path: String {
            switch self {
            case .new: "/"
            case .passes: "/addresses"
            default: "/\(rawValue)"
            }
        }

        func view(_ words: Words, isCurrent: Bool, counts: [Contact.State: Int]) -> View {
            let waiting = counts[.waiting] ?? 0
            return [
                "path": path, "name": rawValue, "label": words("nav-\(rawValue)"), "isCurrent": isCurrent,
                "badge": self == .new && waiting > 0 ? (waiting > 999 ? "999+" : String(waiting)) : nil,
                "badgeLabel": words.count("new-count", waiting),
            ]
        }
    }
#endif
