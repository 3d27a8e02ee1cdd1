#if Web
    import Foundation

    /// Markup that strangers may write: a payload for each line of the file.
    enum MarkupPayloads {
        static let all: [String] = {
            guard
                let url = Bundle.module.url(
                    forResource: "markup-payloads", withExtension: "txt", subdirectory: "Resources"),
                let text = try? String(contentsOf: url, encoding: .utf8)
            else { return [] }
            return text.split(separator: "\n").filter { !$0.hasPrefix("# ") }.map(String.init)
        }()
    }

    /// A page's tags and attributes, with every address in it.
    struct PageShape {
        var names: Set<String> = []
        var counts: [String: Int] = [:]
        var strange: [String] = []

        init(_ page: String) {
            let reader = HTMLReader(page)
            for tag in reader.tags {
                names.insert(tag.name)
                counts[tag.name, default: 0] += 1
                for (name, value) in tag.attributes {
                    names.insert("\(tag.name) \(name)")
                    if name.hasPrefix("on") || name == "style" || name == "srcdoc" || name == "formaction" {
                        strange.append("\(tag.name) \(name)")
                    }
                    guard ["href", "src", "action"].contains(name) else { continue }
                    let isOurs = value.hasPrefix("/") && !value.hasPrefix("//") || value.hasPrefix("#")
                    if !isOurs { strange.append("\(name)=\(value)") }
                }
            }
            if reader.comments > 0 { strange.append("comment") }
        }

        /// What strangers' text must not change.
        static let counted = [
            "a", "form", "script", "iframe", "img", "input", "button", "link", "meta", "article", "textarea",
        ]
    }
#endif
