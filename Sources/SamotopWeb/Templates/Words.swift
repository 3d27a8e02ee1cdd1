#if Web
    import Mustache

    /// The words of the pages in one language, from one file: a name, an equals sign, the words. `{…}` are places for
    /// values, and a
    /// name that ends with `.one` is for the number one.
    struct Words: MustacheParent, Sendable {
        /// The language (BCP 47).
        let language: String
        private let words: [String: String]

        static let english = Words(language: "en", file: PackageResources.words_en_txt)

        init(language: String, file: [UInt8]) {
            self.language = language
            var words: [String: String] = [:]
            for line in String(decoding: file, as: UTF8.self).split(separator: "\n") where !line.hasPrefix("#") {
                let sides = line.split(separator: "=", maxSplits: 1)
                guard sides.count == 2 else { continue }
                words[String(sides[0]).trimmingSpaces()] = String(sides[1]).trimmingSpaces()
            }
            self.words = words
        }

        var names: Set<String> { Set(words.keys) }

        func child(named name: String) -> Any? { words[name] ?? name }

        func callAsFunction(_ name: String, _ values: KeyValuePairs<String, String> = [:]) -> String {
            var text = words[name] ?? name
            guard !values.isEmpty else { return text }
            var filled = ""
            while let start = text.firstIndex(of: "{"), let end = text[start...].firstIndex(of: "}") {
                filled += text[..<start]
                let place = text[text.index(after: start)..<end]
                filled += values.first { $0.key == place }?.value ?? ""
                text = String(text[text.index(after: end)...])
            }
            return filled + text
        }

        /// The words for a number of something.
        ///
        /// - Parameter who: for the place `{who}`.
        func count(_ name: String, _ number: Int, who: String = "") -> String {
            let form = number == 1 && words["\(name).one"] != nil ? "\(name).one" : name
            return self(form, ["count": Words.grouped(number), "who": who])
        }

        /// 10000 as 10,000 would be another language's 10.000: a thin space is read in all.
        static func grouped(_ number: Int) -> String {
            let digits = String(number)
            guard digits.utf8.count > 4 else { return digits }
            var text = ""
            for (index, digit) in digits.enumerated() {
                if index > 0, (digits.utf8.count - index) % 3 == 0 { text += "\u{202F}" }
                text.append(digit)
            }
            return text
        }
    }
#endif
