/// What an element of HTML means to its text. Others mean nothing.
enum HTMLElement {
    /// What is in it is no text.
    case raw
    case link, picture, lineBreak, rule, item, cell, preformatted
    /// Begins and ends on a line of its own, or with an empty line around it.
    case line, paragraph

    init?(_ name: String) {
        guard let known = Self.named[name] else { return nil }
        self = known
    }

    private static let named: [String: HTMLElement] = {
        let groups: [(HTMLElement, String)] = [
            (.raw, "script style title iframe noembed noframes"),
            (.link, "a"), (.picture, "img"), (.lineBreak, "br"), (.rule, "hr"), (.item, "li"), (.cell, "td th"),
            (.preformatted, "pre"), (.paragraph, "blockquote h1 h2 h3 h4 h5 h6 ol p table ul"),
            (
                .line,
                "address article aside body center dd div dl dt fieldset figure footer form header html main nav option"
                    + " section tbody tfoot thead tr"
            ),
        ]
        var named: [String: HTMLElement] = [:]
        for (element, names) in groups {
            for name in names.split(separator: " ") { named[String(name)] = element }
        }
        return named
    }()
}
