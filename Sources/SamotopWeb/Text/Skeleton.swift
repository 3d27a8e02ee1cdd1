#if Web
    /// What a name looks like: two names with the same skeleton are hard to tell apart (after UTS #39 §4, with a
    /// table of the letters
    /// that are used for it).
    enum Skeleton {
        /// At most 320 scalars are looked at.
        static func of(_ text: some StringProtocol) -> [UInt8] {
            var output: [UInt8] = []
            for scalar in text.unicodeScalars.prefix(320) { output += look(scalar) }
            return joined(output)
        }

        /// A domain with each `xn--` label decoded first.
        static func ofDomain(_ domain: some StringProtocol) -> [UInt8] { of(unicode(domain)) }

        /// The domain as people read it.
        static func unicode(_ domain: some StringProtocol) -> String {
            domain.split(separator: ".", omittingEmptySubsequences: false).map { label in
                guard label.lowercased().hasPrefix("xn--") else { return String(label) }
                return Punycode.decode(label.dropFirst(4)) ?? String(label)
            }.joined(separator: ".")
        }

        /// The domain as DNS has it (RFC 5890 §2.3.2.1), without normalisation.
        static func ascii(_ domain: some StringProtocol) -> String {
            domain.split(separator: ".", omittingEmptySubsequences: false).map { label in
                guard label.utf8.contains(where: { $0 >= 0x80 }) else { return String(label) }
                return Punycode.encode(label.lowercased()).map { "xn--\($0)" } ?? String(label)
            }.joined(separator: ".")
        }

        /// Whether letters of more than one of Latin, Greek and Cyrillic stand in one label.
        static func mixesScripts(_ domain: some StringProtocol) -> Bool {
            domain.split(whereSeparator: { $0 == "." || $0 == "@" || $0 == " " }).contains { label in
                var scripts: Set<Int> = []
                for scalar in label.unicodeScalars.prefix(320) {
                    switch scalar.value {
                    case 0x41...0x5A, 0x61...0x7A, 0xC0...0x24F, 0x1E00...0x1EFF: scripts.insert(1)
                    case 0x370...0x3FF, 0x1F00...0x1FFF: scripts.insert(2)
                    case 0x400...0x52F: scripts.insert(3)
                    default: break
                    }
                }
                return scripts.count > 1
            }
        }

        private static func look(_ scalar: Unicode.Scalar) -> [UInt8] {
            switch scalar.value {
            case 0x30: [UInt8(ascii: "o")]
            case 0x31, 0x7C: [UInt8(ascii: "l")]
            case 0x41...0x5A: scalar == "I" ? [UInt8(ascii: "l")] : [UInt8(scalar.value) | 0x20]
            case 0x69: [UInt8(ascii: "l")]
            case 0x21...0x7E: [UInt8(scalar.value)]
            // full width, and the mathematical alphabets from 𝐀 to 𝚣
            case 0xFF01...0xFF5E: look(Unicode.Scalar(UInt8(scalar.value - 0xFEE0)))
            case 0x1D400...0x1D6A3: look(mathematical(scalar.value))
            default: table[scalar] ?? letter(scalar)
            }
        }

        private static func mathematical(_ value: UInt32) -> Unicode.Scalar {
            let place = UInt8((value - 0x1D400) % 52)
            return Unicode.Scalar(place < 26 ? UInt8(ascii: "A") + place : UInt8(ascii: "a") + place - 26)
        }

        /// A Latin letter with marks looks like the letter; what is invisible looks like nothing.
        private static func letter(_ scalar: Unicode.Scalar) -> [UInt8] {
            let category = scalar.properties.generalCategory
            if category == .nonspacingMark || category == .format || category == .control { return [] }
            if let base = accented.first(where: { $0.0.unicodeScalars.contains(scalar) }) { return look(base.1) }
            return Array(String(scalar).lowercased().utf8)
        }

        /// Pairs that look like one letter.
        private static func joined(_ bytes: [UInt8]) -> [UInt8] {
            var output: [UInt8] = []
            for byte in bytes {
                if byte == UInt8(ascii: "n"), output.last == UInt8(ascii: "r") {
                    output[output.count - 1] = UInt8(ascii: "m")
                } else if byte == UInt8(ascii: "v"), output.last == UInt8(ascii: "v") {
                    output[output.count - 1] = UInt8(ascii: "w")
                } else {
                    output.append(byte)
                }
            }
            return output
        }

        private static let table: [Unicode.Scalar: [UInt8]] = {
            let pairs = zip(
                "аеорсухіјѕԁһӏԛԝкмнтвгАВЕКМНОРСТХІЅЈαοορνικτυχγωρΑΒΕΖΗΙΚΜΝΟΡΤΥΧıɑɡοⅼⅰ‐‑–—·․".unicodeScalars,
                "aeopcyxijsdhlqwkmhtbrabekmhopctxisjaoopviktuxywpabezhikmnoptyxiagolɪ----..".unicodeScalars)
            return Dictionary(pairs.map { ($0.0, $0.1 == "ɪ" ? [UInt8(ascii: "l")] : look($0.1)) }) { first, _ in first
            }
        }()

        private static let accented: [(String, Unicode.Scalar)] = [
            ("àáâãäåāăąạ", "a"), ("çćĉċč", "c"), ("ďđ", "d"), ("èéêëēĕėęěẹ", "e"), ("ĝğġģ", "g"), ("ĥħ", "h"),
            ("ìíîïĩīĭįị", "i"), ("ĵ", "j"), ("ķ", "k"), ("ĺļľŀł", "l"), ("ñńņňṇ", "n"), ("òóôõöøōŏőọ", "o"),
            ("ŕŗř", "r"), ("śŝşšș", "s"), ("ţťŧț", "t"), ("ùúûüũūŭůűųụ", "u"), ("ŵ", "w"), ("ýÿŷ", "y"), ("źżž", "z"),
        ]
    }
#endif
