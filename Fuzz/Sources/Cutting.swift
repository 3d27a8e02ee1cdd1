/// Cuts octets into pieces, in a way that the input itself chooses, so that a find can be played again.
enum Cutting {
    /// Every octet alone.
    case octets
    /// Each piece ends with a LF.
    case lines
    /// Pieces of so many octets.
    case equal(Int)
    /// Pieces of 0 to 15 octets, by a generator that starts from the seed.
    case uneven(seed: UInt8)

    /// The cutting that an octet of the input stands for.
    init(chosenBy octet: UInt8) {
        switch octet {
        case 0: self = .octets
        case 1: self = .lines
        case 2...9: self = .equal(Int(octet))
        default: self = .uneven(seed: octet)
        }
    }

    /// The pieces of `octets`, in order.
    func pieces(of octets: [UInt8]) -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        var start = 0
        var state: UInt32 = 0
        if case .uneven(let seed) = self { state = UInt32(seed) &* 2_654_435_761 | 1 }
        while start < octets.count {
            let size: Int
            switch self {
            case .octets: size = 1
            case .lines: size = (octets[start...].firstIndex(of: 0x0A) ?? octets.count - 1) - start + 1
            case .equal(let wanted): size = max(1, wanted)
            case .uneven:
                state = state &* 1_664_525 &+ 1_013_904_223
                size = Int(state >> 28)
            }
            let end = min(octets.count, size > octets.count - start ? octets.count : start + size)
            pieces.append(Array(octets[start..<end]))
            start = end
        }
        return pieces
    }
}
