#if Unbound
    import NameResolution

    /// The names that the CNAME records of a message lead to.
    enum AliasPath {
        /// A longer path, or a circle, is a failure.
        static let maximumAliases = 8

        private static let internetClass: UInt16 = 1

        /// The names after `name`, in order.
        ///
        /// - Throws: ``Answer/Failure/malformed``, or ``Answer/Failure/serverFailure`` when there are more than
        ///   ``maximumAliases``.
        static func read(_ message: [UInt8], from name: DNSName) throws(Answer.Failure) -> [DNSName] {
            let targets = try targets(in: message)
            var path: [DNSName] = []
            var last = name
            while let next = targets[last] {
                guard path.count < maximumAliases else { throw .serverFailure }
                path.append(next)
                last = next
            }
            return path
        }

        private static func targets(in message: [UInt8]) throws(Answer.Failure) -> [DNSName: DNSName] {
            var reader = MessageReader(message)
            try reader.skip(4)
            let (questions, answers) = (try reader.number(), try reader.number())
            try reader.skip(4)
            for _ in 0..<questions {
                _ = try reader.name()
                try reader.skip(4)
            }
            var targets: [DNSName: DNSName] = [:]
            for _ in 0..<answers {
                let owner = try reader.name()
                let (type, recordClass) = (RecordType(rawValue: try reader.number()), try reader.number())
                try reader.skip(4)
                let length = Int(try reader.number())
                guard type == .cname, recordClass == internetClass else {
                    try reader.skip(length)
                    continue
                }
                let end = reader.position + length
                targets[owner] = try reader.name()
                guard reader.position == end else { throw .malformed }
            }
            return targets
        }
    }
#endif
