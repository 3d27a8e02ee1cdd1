/// Numbers with their units, as the configuration writes them.
enum Quantity {
    /// A whole number.
    static func count(in range: ClosedRange<Int>) -> (String) throws(Unfit) -> Int {
        { text throws(Unfit) in
            guard let number = Int(text), !text.hasPrefix("+") else {
                throw Unfit("not a whole number: \(quoted(text)); use \(range.lowerBound) to \(range.upperBound)")
            }
            guard range.contains(number) else {
                throw Unfit("\(number) is out of range; use \(range.lowerBound) to \(range.upperBound)")
            }
            return number
        }
    }

    /// Octets: `10485760`, `256KiB`, `50MiB`, `2GiB`.
    static func size(in range: ClosedRange<Int>) -> (String) throws(Unfit) -> Int {
        { text throws(Unfit) in
            let units = ["": 1, "B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30]
            guard let (number, unit) = split(text), let factor = units[unit] else {
                throw Unfit("not a size: \(quoted(text)); write octets, or a number with KiB, MiB or GiB, like 50MiB")
            }
            let (octets, overflow) = number.multipliedReportingOverflow(by: factor)
            guard !overflow, range.contains(octets) else {
                throw Unfit("\(text) is out of range; use \(written(range.lowerBound)) to \(written(range.upperBound))")
            }
            return octets
        }
    }

    /// A span of time: `500ms`, `30s`, `5m`, `2h`.
    static func duration(in range: ClosedRange<Duration>) -> (String) throws(Unfit) -> Duration {
        { text throws(Unfit) in
            let units = ["ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000]
            guard let (number, unit) = split(text), let factor = units[unit] else {
                throw Unfit("not a time: \(quoted(text)); write a number with ms, s, m or h, like 30s")
            }
            let (milliseconds, overflow) = number.multipliedReportingOverflow(by: factor)
            guard !overflow, range.contains(.milliseconds(milliseconds)) else {
                throw Unfit("\(text) is out of range; use \(written(range.lowerBound)) to \(written(range.upperBound))")
            }
            return .milliseconds(milliseconds)
        }
    }

    /// A size in the largest unit that says it exactly.
    static func written(_ octets: Int) -> String {
        for (unit, factor) in [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)]
        where octets != 0 && octets % factor == 0 {
            return "\(octets / factor)\(unit)"
        }
        return "\(octets)"
    }

    /// A span of time in the largest unit that says it exactly.
    static func written(_ duration: Duration) -> String {
        let milliseconds = duration.components.seconds * 1000 + duration.components.attoseconds / 1_000_000_000_000_000
        for (unit, factor) in [("h", 3_600_000), ("m", 60_000), ("s", 1_000)] as [(String, Int64)]
        where milliseconds != 0 && milliseconds % factor == 0 {
            return "\(milliseconds / factor)\(unit)"
        }
        return milliseconds == 0 ? "0s" : "\(milliseconds)ms"
    }

    static func quoted(_ text: String) -> String { "\"\(text)\"" }

    private static func split(_ text: String) -> (Int, String)? {
        let digits = text.utf8.prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
        guard let number = Int(Substring(digits)) else { return nil }
        return (number, String(text.dropFirst(digits.count)))
    }
}
