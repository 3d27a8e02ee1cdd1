#if Web
    public import SamotopCore

    /// A mailbox's keys as its owner sees them.
    public struct MailboxKeys: Sendable, Hashable {
        /// In the order of their file.
        public var keys: [MailboxKey]
        /// Why they can't be read, and what to do; nil: they can.
        public var problem: String?
        /// One that a program of the owner's announced, and that waits for the owner's word.
        public var offered: MailboxKey?
        /// Others may find the keys.
        public var isPublished: Bool
        /// Without a key the mailbox gets no mail.
        public var needsKey: Bool

        /// Makes what a page shows.
        public init(
            _ keys: [MailboxKey], problem: String? = nil, offered: MailboxKey? = nil, isPublished: Bool = true,
            needsKey: Bool = false
        ) {
            self.keys = keys
            self.problem = problem
            self.offered = offered
            self.isPublished = isPublished
            self.needsKey = needsKey
        }

        /// The offered key can be taken beside the others: a mailbox has keys of one kind.
        var canTakeBeside: Bool { keys.allSatisfy { $0.isCertificate == offered?.isCertificate } }

        /// There is something that others may find, or may come: certificates aren't published.
        var canBePublished: Bool { keys.isEmpty || keys.contains { !$0.isCertificate } }

        /// No mail is taken for the mailbox.
        var takesNoMail: Bool {
            if problem != nil { return true }
            return keys.isEmpty ? needsKey : keys.allSatisfy { $0.problem != nil }
        }
    }

    /// A public key, in words for its owner.
    public struct MailboxKey: Sendable, Hashable {
        /// In capital hexadecimal digits.
        public let fingerprint: String
        /// The primary one first.
        public let userIDs: [String]
        /// What mail is encrypted to, like `ECDH, Curve25519`.
        public let algorithm: String
        /// When it ends; nil: never.
        public let expires: Timestamp?
        /// Why no mail is encrypted to it now, and what to do; nil: it is.
        public let problem: String?
        /// The key, armoured; a certificate as PEM.
        public let armored: [UInt8]
        /// A certificate (S/MIME), not an OpenPGP key.
        public let isCertificate: Bool

        /// Makes a key.
        public init(
            fingerprint: String, userIDs: [String], algorithm: String, expires: Timestamp?, problem: String?,
            armored: [UInt8], isCertificate: Bool = false
        ) {
            self.fingerprint = fingerprint
            self.userIDs = userIDs
            self.algorithm = algorithm
            self.expires = expires
            self.problem = problem
            self.armored = armored
            self.isCertificate = isCertificate
        }

        /// The fingerprint as people compare it.
        var groups: String { Self.grouped(fingerprint) }

        /// In groups of four digits.
        static func grouped(_ fingerprint: String) -> String {
            var groups: [Substring] = []
            var rest = fingerprint[...]
            while !rest.isEmpty {
                groups.append(rest.prefix(4))
                rest = rest.dropFirst(4)
            }
            return groups.joined(separator: " ")
        }
    }
#endif
