/// A value of the configuration as it was written, before anyone knows its type.
struct Setting: Sendable {
    enum Value: Sendable {
        /// `key:` with nothing behind it, or `~`.
        case empty
        case scalar(String)
        case list([Setting])
        case section([Entry])
    }

    /// One `key: value` of a section.
    struct Entry: Sendable {
        let key: String
        /// Where the key stands.
        let place: Place
        var setting: Setting
    }

    var value: Value
    /// Where the value stands.
    var place: Place

    /// For messages: what kind of value this is.
    var kind: String {
        switch value {
        case .empty: "nothing"
        case .scalar: "a single value"
        case .list: "a list"
        case .section: "a section"
        }
    }

    /// The same setting, written at another place, all through.
    func placed(at place: Place) -> Setting {
        switch value {
        case .empty, .scalar: Setting(value: value, place: place)
        case .list(let items): Setting(value: .list(items.map { $0.placed(at: place) }), place: place)
        case .section(let entries):
            Setting(
                value: .section(
                    entries.map { Entry(key: $0.key, place: place, setting: $0.setting.placed(at: place)) }),
                place: place)
        }
    }
}
