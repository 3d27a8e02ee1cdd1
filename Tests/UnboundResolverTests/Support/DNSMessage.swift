#if Unbound
    import NameResolution

    /// DNS messages as a server makes them, right or wrong.
    struct DNSMessage {
        static let internet: UInt16 = 1
        /// A pointer to the name of the question.
        static let questionName: [UInt8] = [0xC0, 0x0C]

        var octets: [UInt8]

        /// The name of the question with its letters as they came, the type and what follows the header up to the
        /// question's end.
        static func question(of query: [UInt8]) -> (name: [UInt8], type: RecordType, octets: [UInt8])? {
            var index = 12
            while index < query.count, query[index] > 0 { index += 1 + Int(query[index]) }
            guard index + 5 <= query.count else { return nil }
            let type = UInt16(query[index + 1]) << 8 | UInt16(query[index + 2])
            return (Array(query[12...index]), RecordType(rawValue: type), Array(query[12..<(index + 5)]))
        }

        static func record(
            _ type: RecordType, timeToLive: UInt32 = 300, _ data: [UInt8], owner: [UInt8] = questionName
        ) -> [UInt8] {
            owner + number(type.rawValue) + number(internet) + number(UInt16(timeToLive >> 16))
                + number(UInt16(truncatingIfNeeded: timeToLive)) + number(UInt16(data.count)) + data
        }

        static func number(_ number: UInt16) -> [UInt8] { [UInt8(number >> 8), UInt8(truncatingIfNeeded: number)] }

        /// An answer to a query: authoritative, without recursion, unless flags say otherwise.
        static func reply(
            to query: [UInt8], _ answers: [[UInt8]] = [], authority: [[UInt8]] = [], flags: UInt16 = 0x8400,
            code: UInt16 = 0
        ) -> [UInt8] {
            guard let question = question(of: query) else { return [] }
            // RD is repeated.
            let allFlags = flags | UInt16(query[2] & 1) << 8 | code
            let counts = [1, UInt16(answers.count), UInt16(authority.count), 0].flatMap(number)
            return query[0..<2] + number(allFlags) + counts + question.octets + answers.joined() + authority.joined()
        }

        /// The record that belongs to "there is nothing" (RFC 2308 §3).
        static func startOfAuthority(_ zone: [UInt8]) -> [UInt8] {
            record(.soa, [0, 0] + [UInt8](repeating: 0, count: 16) + [0, 0, 0, 60], owner: zone)
        }

        /// A query as a client sends it.
        static func query(_ name: DNSName, _ type: RecordType) -> [UInt8] {
            [0x12, 0x34, 0, 0] + [1, 0, 0, 0].flatMap(number) + name.wire + number(type.rawValue) + number(internet)
        }
    }
#endif
