#if Unbound
    import NameResolution

    /// Reads parts of a DNS message from left to right (RFC 1035 §4.1). Every octet may be wrong.
    struct MessageReader {
        /// Octets of a name on the wire at most.
        static let maximumName = 255
        /// Pointers in a name at most: one for each label that a name can have.
        static let maximumPointers = 127

        private static let internetClass: UInt16 = 1

        private let octets: [UInt8]
        private(set) var position = 0

        init(_ octets: [UInt8]) { self.octets = octets }

        mutating func skip(_ count: Int) throws(Answer.Failure) {
            guard count <= octets.count - position else { throw .malformed }
            position += count
        }

        /// Takes a record: its owner, its type, a reader at its data, and where that ends.
        typealias Taker = (DNSName, RecordType, inout MessageReader, Int) throws(Answer.Failure) -> Void

        /// Shows each record of the answer section.
        static func forEachAnswer(in message: [UInt8], _ take: Taker) throws(Answer.Failure) {
            var reader = MessageReader(message)
            try reader.skip(4)
            let (questions, answers) = (try reader.number(), try reader.number())
            try reader.skip(4)
            for _ in 0..<questions {
                _ = try reader.name()
                try reader.skip(4)
            }
            for _ in 0..<answers {
                let owner = try reader.name()
                let (type, recordClass) = (RecordType(rawValue: try reader.number()), try reader.number())
                try reader.skip(4)
                let length = Int(try reader.number())
                var data = reader
                try reader.skip(length)
                if recordClass == internetClass { try take(owner, type, &data, reader.position) }
            }
        }

        /// A number of two octets.
        mutating func number() throws(Answer.Failure) -> UInt16 {
            let start = position
            try skip(2)
            return UInt16(octets[start]) << 8 | UInt16(octets[start + 1])
        }

        /// A name, which may be compressed (RFC 1035 §4.1.4). A pointer must lead to before the part that it ends, so
        /// that reading always comes to an end.
        mutating func name() throws(Answer.Failure) -> DNSName {
            var wire: [UInt8] = []
            var (index, partStart, pointers) = (position, position, 0)
            var end: Int?
            while true {
                guard index < octets.count else { throw .malformed }
                let length = octets[index]
                switch length >> 6 {
                case 0:
                    let next = index + 1 + Int(length)
                    guard next <= octets.count, wire.count + next - index <= Self.maximumName else { throw .malformed }
                    wire += octets[index..<next]
                    index = next
                    guard length == 0 else { continue }
                    guard let name = DNSName(wire: wire[...]) else { throw .malformed }
                    position = end ?? index
                    return name
                case 3:
                    guard index + 1 < octets.count else { throw .malformed }
                    let target = Int(length & 0x3F) << 8 | Int(octets[index + 1])
                    guard target < partStart, pointers < Self.maximumPointers else { throw .malformed }
                    end = end ?? index + 2
                    pointers += 1
                    (index, partStart) = (target, target)
                default: throw .malformed
                }
            }
        }
    }
#endif
