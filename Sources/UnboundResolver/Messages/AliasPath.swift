#if Unbound
    import NameResolution

    /// The names that the CNAME records of a message lead to.
    enum AliasPath {
        /// A longer path, or a circle, is a failure.
        static let maximumAliases = 8

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
            var targets: [DNSName: DNSName] = [:]
            try MessageReader.forEachAnswer(in: message) { owner, type, data, end throws(Answer.Failure) in
                guard type == .cname else { return }
                targets[owner] = try data.name()
                guard data.position == end else { throw .malformed }
            }
            return targets
        }
    }
#endif
