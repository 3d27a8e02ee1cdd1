import SamotopCore

extension Timestamp {
    /// Milliseconds since 1970, rounded down.
    var milliseconds: Int64 {
        let (whole, overflows) = seconds.multipliedReportingOverflow(by: 1_000)
        guard !overflows else { return seconds < 0 ? .min : .max }
        return whole.addingClamped(Int64(nanoseconds) / 1_000_000)
    }

    init(milliseconds: Int64) {
        let (seconds, rest) = milliseconds.quotientAndRemainder(dividingBy: 1_000)
        self =
            rest < 0
            ? Timestamp(seconds: seconds - 1, nanoseconds: Int32(rest + 1_000) * 1_000_000)
            : Timestamp(seconds: seconds, nanoseconds: Int32(rest) * 1_000_000)
    }
}

extension Duration {
    /// Milliseconds, rounded down, never out of bounds.
    var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        let (whole, overflows) = seconds.multipliedReportingOverflow(by: 1_000)
        guard !overflows else { return seconds < 0 ? .min : .max }
        return whole.addingClamped(attoseconds / 1_000_000_000_000_000)
    }
}

extension Int64 {
    /// The sum, or the end of the range on its side.
    func addingClamped(_ other: Int64) -> Int64 {
        let (sum, overflows) = addingReportingOverflow(other)
        return overflows ? (other < 0 ? .min : .max) : sum
    }
}
