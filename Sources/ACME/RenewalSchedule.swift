/// When a certificate is to be renewed. Pure: time and chance come in.
public enum RenewalSchedule {
    /// Seconds after a failure until the next try; the last goes on.
    public static let pauses: [Int64] = [60, 300, 900, 3_600, 14_400, 43_200]

    /// When a third of the lifetime is left, or up to a thirtieth of it earlier: not everybody's at once.
    ///
    /// - Parameters:
    ///   - validity: the certificate's, seconds since 1970.
    ///   - chance: 0 to 1.
    public static func due(_ validity: ClosedRange<Int64>, chance: Double) -> Int64 {
        let lifetime = validity.upperBound - validity.lowerBound
        let spread = Double(lifetime / 30) * min(max(chance, 0), 1)
        return validity.upperBound - lifetime / 3 - Int64(spread)
    }

    /// Seconds until the next try.
    ///
    /// - Parameters:
    ///   - failures: in a row, at least 1.
    ///   - retryAfter: what the authority says; a day at most counts.
    ///   - chance: 0 to 1; up to a quarter is added.
    public static func pause(after failures: Int, retryAfter: Int?, chance: Double) -> Int64 {
        let index = min(max(failures, 1), pauses.count) - 1
        let wish = Int64(min(max(retryAfter ?? 0, 0), 86_400))
        let pause = max(pauses[index], wish)
        return pause + Int64(Double(pause) / 4 * min(max(chance, 0), 1))
    }
}
