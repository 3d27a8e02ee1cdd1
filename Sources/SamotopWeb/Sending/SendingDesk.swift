#if Web
    public import SamotopCore
    public import SamotopQueue
    public import SamotopRelay

    /// What the pages *Queue* and *Signatures* work with, where the server sends mail. All are for administrators alone.
    public struct SendingDesk: Sendable {
        /// Addresses to which submitters' mail isn't sent any more.
        public struct Suppression: Sendable {
            /// Where they are kept.
            public let store: any SuppressionStore
            /// How long an address stays that a person adds, in seconds.
            public let lifetime: Int64
            /// Whose mail that of clients in the operator's own networks is.
            public let network: Submitter

            /// Makes one of its parts.
            public init(store: any SuppressionStore, lifetime: Int64, network: Submitter) {
                self.store = store
                self.lifetime = lifetime
                self.network = network
            }
        }

        /// Mail on its way out.
        public let queue: any QueueControl
        /// What is known of other servers, and decided about them.
        public let peers: PeerDesk
        /// What became of mail that left.
        public let recent: RecentOutcomes
        /// Nil: nothing is suppressed.
        public let suppression: Suppression?

        /// Makes a desk of its sides.
        public init(
            queue: any QueueControl, peers: PeerDesk, recent: RecentOutcomes = RecentOutcomes(),
            suppression: Suppression? = nil
        ) {
            self.queue = queue
            self.peers = peers
            self.recent = recent
            self.suppression = suppression
        }
    }
#endif
