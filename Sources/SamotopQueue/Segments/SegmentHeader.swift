import Crypto

/// The first 4,096 octets of a segment: twice the same 2,048, so that one torn sector loses nothing.
///
///     "SAMOTOPQ", version, generation, is it sealed with the operator's key, salt, check of the key, cuts; SHA-256 of all that
///
/// Cuts are older segments of which only the beginning counts: after a failed flush nobody knows what the device has of the rest.
///
/// The key of a segment's life is made from the operator's key and the salt, which is drawn anew for each life. Without an
/// operator's key the salt alone makes it: then it hides nothing, and its tags are checksums; but when the salt is overwritten,
/// what was in the segment can't be read any more either way.
struct SegmentHeader: Sendable {
    static let length = 4_096
    private static let copyLength = length / 2
    private static let saltLength = 32
    private static let checkLength = 16
    private static let magic = Array("SAMOTOPQ".utf8)
    private static let version: UInt32 = 2
    /// Cuts that a header has room for.
    static let maximumCuts = 100

    enum Finding {
        case header(SegmentHeader)
        /// Zeros: nothing of it is in use.
        case unused
        /// Neither copy is whole.
        case damaged
        /// It is whole, and the key isn't the one it was sealed with.
        case wrongKey
    }

    let generation: UInt32
    let key: SymmetricKey
    /// Where segments end for good, by generation.
    let cuts: [UInt32: Int]
    let octets: [UInt8]

    /// The header of a new life.
    init(generation: UInt32, key: SymmetricKey?, cuts: [UInt32: Int] = [:]) {
        let salt = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
        var writer = RecordWriter()
        writer.append(Self.magic)
        writer.write(Self.version)
        writer.write(generation)
        writer.write(UInt8(key == nil ? 0 : 1))
        writer.append(salt)
        writer.append(Self.derived(key, salt, "check", Self.checkLength).withUnsafeBytes { Array($0) })
        let written = cuts.sorted { $0.key > $1.key }.prefix(Self.maximumCuts)
        writer.write(UInt8(written.count))
        for (generation, end) in written {
            writer.write(generation)
            writer.write(UInt32(clamping: end))
        }
        writer.append(Array(SHA256.hash(data: writer.octets)))
        writer.append(repeatElement(0, count: Self.copyLength - writer.octets.count))
        self.generation = generation
        self.cuts = cuts
        self.key = Self.derived(key, salt, "segment", 32)
        octets = writer.octets + writer.octets
    }

    static func find(in octets: [UInt8], key: SymmetricKey?) -> Finding {
        guard octets.contains(where: { $0 != 0 }) else { return .unused }
        for start in [0, copyLength] where start + copyLength <= octets.count {
            if let finding = find(copy: Array(octets[start..<(start + copyLength)]), key: key) { return finding }
        }
        return .damaged
    }

    private static func find(copy: [UInt8], key: SymmetricKey?) -> Finding? {
        var reader = RecordReader(copy, at: magic.count)
        guard copy.starts(with: magic), reader.number(UInt32.self) == version,
            let generation = reader.number(UInt32.self), let isKeyed = reader.number(UInt8.self),
            let salt = reader.octets(saltLength), let check = reader.octets(checkLength), let cuts = cuts(&reader)
        else { return nil }
        let end = reader.index
        guard let sum = reader.octets(32), SHA256.hash(data: copy[..<end]).elementsEqual(sum) else { return nil }
        // What was written before there was a key stays readable.
        let used = isKeyed == 0 ? nil : key
        guard isKeyed == 0 || used != nil,
            derived(used, Array(salt), "check", checkLength).withUnsafeBytes({ $0.elementsEqual(check) })
        else { return .wrongKey }
        return .header(
            SegmentHeader(
                generation: generation, key: derived(used, Array(salt), "segment", 32), cuts: cuts,
                octets: copy + copy))
    }

    private static func cuts(_ reader: inout RecordReader) -> [UInt32: Int]? {
        guard let count = reader.number(UInt8.self) else { return nil }
        var cuts: [UInt32: Int] = [:]
        for _ in 0..<count {
            guard let generation = reader.number(UInt32.self), let end = reader.number(UInt32.self) else { return nil }
            cuts[generation] = Int(end)
        }
        return cuts
    }

    private init(generation: UInt32, key: SymmetricKey, cuts: [UInt32: Int], octets: [UInt8]) {
        self.generation = generation
        self.key = key
        self.cuts = cuts
        self.octets = octets
    }

    /// RFC 5869.
    static func derived(_ key: SymmetricKey?, _ salt: [UInt8], _ use: String, _ count: Int) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: key ?? SymmetricKey(data: [UInt8](repeating: 0, count: 32)), salt: salt,
            info: Array("samotop queue \(use)".utf8), outputByteCount: count)
    }
}
