#if Web
    /// Text of strangers for people: bounded, and with nothing in it that hides or turns other text.
    enum VisibleText {
        /// At most `limit` scalars, of at most eight times as many octets. Controls, direction marks, invisible and
        /// unassigned
        /// characters show as their number, white space as one space; of combining marks in a row three are kept.
        static func of(_ text: String, limit: Int = 200) -> String {
            var shown = String.UnicodeScalarView()
            var count = 0
            var marks = 0
            var isAfterSpace = true
            for scalar in text.unicodeScalars.prefix(limit * 8) {
                guard count < limit else {
                    shown.append("…")
                    break
                }
                let kind = Kind(scalar)
                marks = kind == .mark ? marks + 1 : 0
                switch kind {
                case .space:
                    guard !isAfterSpace else { continue }
                    shown.append(" ")
                case .hidden: shown.append(contentsOf: number(scalar).unicodeScalars)
                case .mark where marks > 3: continue
                case .mark, .plain: shown.append(scalar)
                }
                isAfterSpace = kind == .space
                count += 1
            }
            return String(shown).trimmingSpaces()
        }

        /// Several lines: as ``of(_:limit:)`` for each, line breaks kept.
        static func lines(of text: String, limit: Int = 100_000) -> String {
            var shown = String.UnicodeScalarView()
            var marks = 0
            var previous: Unicode.Scalar = " "
            var count = 0
            for scalar in text.unicodeScalars {
                guard count < limit else {
                    shown.append("…")
                    break
                }
                count += 1
                defer { previous = scalar }
                if scalar == "\n" || scalar == "\r" {
                    if !(scalar == "\n" && previous == "\r") { shown.append("\n") }
                    continue
                }
                let kind = Kind(scalar)
                marks = kind == .mark ? marks + 1 : 0
                switch kind {
                case .hidden: shown.append(contentsOf: number(scalar).unicodeScalars)
                case .mark where marks > 3: continue
                case .space, .mark, .plain: shown.append(scalar == "\t" || kind != .space ? scalar : " ")
                }
            }
            return String(shown)
        }

        /// Whether the text has a character that shows as its number.
        static func hides(_ text: String) -> Bool {
            text.unicodeScalars.prefix(2000).contains { Kind($0) == .hidden }
        }

        private static func number(_ scalar: Unicode.Scalar) -> String {
            let digits = String(scalar.value, radix: 16, uppercase: true)
            return "⟨U+" + String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits + "⟩"
        }

        private enum Kind {
            case plain, space, mark, hidden

            init(_ scalar: Unicode.Scalar) {
                if (0x21...0x7E).contains(scalar.value) {
                    self = .plain
                    return
                }
                if scalar == " " || scalar == "\t" || scalar == "\n" || scalar == "\r" || scalar == "\u{A0}" {
                    self = .space
                    return
                }
                switch scalar.properties.generalCategory {
                case .spaceSeparator: self = .space
                case .nonspacingMark, .enclosingMark, .spacingMark:
                    self = scalar.properties.isDefaultIgnorableCodePoint && scalar.value != 0xFE0F ? .hidden : .mark
                case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned:
                    self = .hidden
                default: self = scalar.properties.isDefaultIgnorableCodePoint ? .hidden : .plain
                }
            }
        }
    }
#endif
