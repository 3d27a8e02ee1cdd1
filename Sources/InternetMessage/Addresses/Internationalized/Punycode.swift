/// Punycode (RFC 3492), for labels: without the prefix `xn--`.
enum Punycode {
    private static let base = 36
    private static let tMin = 1
    private static let tMax = 26
    private static let initialBias = 72
    private static let initialN: UInt32 = 0x80

    /// The digits of a label; nil when there are more than a label may have.
    static func encode(_ label: [Unicode.Scalar]) -> [UInt8]? {
        var out = label.filter(\.isASCII).map { UInt8(truncatingIfNeeded: $0.value) }
        let basicCount = out.count
        var handled = basicCount
        if basicCount > 0 { out.append(UInt8(ascii: "-")) }
        var n = initialN
        var delta = 0
        var bias = initialBias
        // no label holds more than 59 characters, so that no number below grows beyond an Int
        guard label.count <= 63 else { return nil }
        while handled < label.count {
            guard let next = label.lazy.map(\.value).filter({ $0 >= n }).min() else { return nil }
            delta += Int(next - n) * (handled + 1)
            n = next
            for scalar in label {
                if scalar.value < n { delta += 1 }
                guard scalar.value == n else { continue }
                var q = delta
                var k = base
                while true {
                    let t = threshold(k, bias)
                    if q < t { break }
                    out.append(digit(t + (q - t) % (base - t)))
                    q = (q - t) / (base - t)
                    k += base
                }
                out.append(digit(q))
                bias = adapt(delta, handled + 1, isFirst: handled == basicCount)
                delta = 0
                handled += 1
            }
            delta += 1
            n += 1
        }
        return out.count <= 59 ? out : nil
    }

    /// The characters of a label; nil when the digits are none of Punycode.
    static func decode(_ digits: some Collection<UInt8>) -> [Unicode.Scalar]? {
        let input = Array(digits)
        guard input.count <= 59, input.allSatisfy({ $0 < 0x80 }) else { return nil }
        let delimiter = input.lastIndex(of: UInt8(ascii: "-")) ?? 0
        var out = input[..<delimiter].map { Unicode.Scalar($0) }
        var index = delimiter > 0 ? delimiter + 1 : 0
        var n = Int(initialN)
        var i = 0
        var bias = initialBias
        while index < input.count {
            let start = i
            var weight = 1
            var k = base
            while true {
                guard index < input.count, let digit = value(input[index]) else { return nil }
                index += 1
                let (step, isLarge) = digit.multipliedReportingOverflow(by: weight)
                let (sum, isLarger) = i.addingReportingOverflow(step)
                guard !isLarge, !isLarger else { return nil }
                i = sum
                let t = threshold(k, bias)
                if digit < t { break }
                let (next, isTooLarge) = weight.multipliedReportingOverflow(by: base - t)
                guard !isTooLarge else { return nil }
                weight = next
                k += base
            }
            bias = adapt(i - start, out.count + 1, isFirst: start == 0)
            let (code, isLarge) = n.addingReportingOverflow(i / (out.count + 1))
            guard !isLarge, let exact = UInt32(exactly: code), let scalar = Unicode.Scalar(exact) else { return nil }
            n = code
            i %= out.count + 1
            out.insert(scalar, at: i)
            i += 1
        }
        return out
    }

    private static func threshold(_ k: Int, _ bias: Int) -> Int { min(max(k - bias, tMin), tMax) }

    // RFC 3492 §6.1
    private static func adapt(_ delta: Int, _ count: Int, isFirst: Bool) -> Int {
        var delta = isFirst ? delta / 700 : delta / 2
        delta += delta / count
        var k = 0
        while delta > (base - tMin) * tMax / 2 {
            delta /= base - tMin
            k += base
        }
        return k + (base - tMin + 1) * delta / (delta + 38)
    }

    private static func digit(_ value: Int) -> UInt8 {
        UInt8(truncatingIfNeeded: value < 26 ? 0x61 + value : 0x30 + value - 26)
    }

    private static func value(_ digit: UInt8) -> Int? {
        if digit.isDigit { return Int(digit) - 0x30 + 26 }
        return digit.isAlpha ? Int(digit.lowercasedASCII) - 0x61 : nil
    }
}
