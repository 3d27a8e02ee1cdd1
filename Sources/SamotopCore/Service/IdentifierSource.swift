import InternetMessage
import Synchronization

/// Makes envelope and session ids that never repeat: time, a counter of this process, and random bits.
///
/// Within a process the counter alone keeps them apart, even with a stopped clock and a bad random number generator;
/// across restarts the random bits do. Ids stand in trace fields and file names, so they tell the time no better than those do.
final class IdentifierSource: Sendable {
    private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)
    private let clock: any WallClock
    private let precision: TracePrivacy.Precision
    private let counter: Atomic<UInt64>

    init(clock: any WallClock, precision: TracePrivacy.Precision = .second) {
        self.clock = clock
        self.precision = precision
        // How many ids there were since the start says how much mail comes.
        counter = Atomic(precision == .second ? 0 : UInt64.random(in: 0...0x3FF_FFFF))
    }

    /// 26 characters of base 32: 40 bits of seconds, 26 of the counter, 64 of randomness.
    func next() -> String {
        let seconds = UInt64(bitPattern: cut(clock.now().seconds)) & 0xFF_FFFF_FFFF
        let count = counter.wrappingAdd(1, ordering: .relaxed).oldValue & 0x3FF_FFFF
        var generator = SystemRandomNumberGenerator()
        let high = seconds << 24 | count >> 2
        let low = generator.next()
        return String(unsafeUninitializedCapacity: 26) { buffer in
            // 13 characters of 5 bits hold 65 bits: the two spare bits carry the counter's lowest two.
            Self.write(high, top: UInt8(count & 1), into: buffer, at: 0)
            Self.write(low, top: UInt8(count >> 1 & 1), into: buffer, at: 13)
            return 26
        }
    }

    private func cut(_ seconds: Int64) -> Int64 {
        let unit: Int64 =
            switch precision {
            case .second: 1
            case .hour: 3_600
            case .day: 86_400
            }
        return seconds - seconds % unit
    }

    private static func write(
        _ value: UInt64, top: UInt8, into buffer: UnsafeMutableBufferPointer<UInt8>, at start: Int
    ) {
        var value = value
        for index in stride(from: start + 12, to: start, by: -1) {
            buffer[index] = alphabet[Int(value & 31)]
            value >>= 5
        }
        buffer[start] = alphabet[Int(value & 15 | UInt64(top) << 4)]
    }
}
