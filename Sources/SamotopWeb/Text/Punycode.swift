#if Web
    /// Punycode (RFC 3492): how a label of an international domain name is written in ASCII.
    enum Punycode {
        private static let base = 36
        private static let minimum = 1
        private static let maximum = 26

        /// The scalars of the label after `xn--`; nil when it isn't valid. Labels are at most 63 octets (RFC 1035
        /// §2.3.4).
        static func decode(_ text: some StringProtocol) -> String? {
            let bytes = Array(text.utf8)
            guard (1...63).contains(bytes.count), bytes.allSatisfy({ $0 < 0x80 }) else { return nil }
            var output: [Unicode.Scalar] = []
            var input = bytes[...]
            if let hyphen = bytes.lastIndex(of: UInt8(ascii: "-")) {
                output = bytes[..<hyphen].map { Unicode.Scalar($0) }
                input = bytes[(hyphen + 1)...]
            }
            var number = 128
            var index = 0
            var bias = 72
            while !input.isEmpty {
                let old = index
                var weight = 1
                var step = base
                while true {
                    guard let byte = input.popFirst(), let digit = value(byte) else { return nil }
                    index += digit * weight
                    let threshold = min(max(step - bias, minimum), maximum)
                    if digit < threshold { break }
                    weight *= base - threshold
                    step += base
                    guard index < 0x1000_0000, weight < 0x1000_0000 else { return nil }
                }
                bias = adapted(index - old, output.count + 1, isFirst: old == 0)
                number += index / (output.count + 1)
                index %= output.count + 1
                guard number >= 0x80, let scalar = Unicode.Scalar(UInt32(truncatingIfNeeded: number)),
                    number <= 0x10FFFF
                else {
                    return nil
                }
                output.insert(scalar, at: index)
                index += 1
            }
            var text = String.UnicodeScalarView()
            text.append(contentsOf: output)
            return String(text)
        }

        /// What stands after `xn--`; nil for more than 63 scalars.
        static func encode(_ label: some StringProtocol) -> String? {
            let scalars = label.unicodeScalars.map { Int($0.value) }
            guard scalars.count <= 63 else { return nil }
            var output = scalars.filter { $0 < 0x80 }.map { UInt8(truncatingIfNeeded: $0) }
            let basic = output.count
            if basic > 0 { output.append(UInt8(ascii: "-")) }
            var number = 128
            var delta = 0
            var bias = 72
            var handled = basic
            while handled < scalars.count {
                guard let next = scalars.filter({ $0 >= number }).min() else { return nil }
                delta += (next - number) * (handled + 1)
                number = next
                for scalar in scalars {
                    if scalar < number { delta += 1 }
                    guard scalar == number else { continue }
                    var rest = delta
                    var step = base
                    while true {
                        let threshold = min(max(step - bias, minimum), maximum)
                        if rest < threshold { break }
                        output.append(digit(threshold + (rest - threshold) % (base - threshold)))
                        rest = (rest - threshold) / (base - threshold)
                        step += base
                    }
                    output.append(digit(rest))
                    bias = adapted(delta, handled + 1, isFirst: handled == basic)
                    delta = 0
                    handled += 1
                }
                delta += 1
                number += 1
            }
            return String(decoding: output, as: UTF8.self)
        }

        private static func adapted(_ delta: Int, _ count: Int, isFirst: Bool) -> Int {
            var delta = isFirst ? delta / 700 : delta / 2
            delta += delta / count
            var steps = 0
            while delta > (base - minimum) * maximum / 2 {
                delta /= base - minimum
                steps += base
            }
            return steps + (base - minimum + 1) * delta / (delta + 38)
        }

        private static func value(_ byte: UInt8) -> Int? {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"): Int(byte - UInt8(ascii: "a"))
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): Int(byte - UInt8(ascii: "A"))
            case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(byte - UInt8(ascii: "0")) + 26
            default: nil
            }
        }

        private static func digit(_ value: Int) -> UInt8 {
            let byte = UInt8(truncatingIfNeeded: value)
            return byte < 26 ? byte + UInt8(ascii: "a") : byte - 26 + UInt8(ascii: "0")
        }
    }
#endif
