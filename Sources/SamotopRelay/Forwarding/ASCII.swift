extension UInt8 {
    /// A small ASCII letter made a capital.
    var capital: UInt8 { (0x61...0x7A).contains(self) ? self & 0xDF : self }
}

extension String {
    var asciiBytes: [UInt8] { Array(utf8) }
}

extension [[UInt8]] {
    /// The parts with `=` between them.
    var joinedByEquals: [UInt8] { Array<UInt8>(joined(separator: [UInt8(ascii: "=")])) }
}

extension Collection<UInt8> {
    /// The parts between `=`; the last of `maximum` parts keeps those that are left.
    func splitByEquals(maximum: Int) -> [[UInt8]] {
        split(separator: UInt8(ascii: "="), maxSplits: maximum - 1, omittingEmptySubsequences: false).map { Array($0) }
    }
}
