#if Web
    public import SamotopQueue
    public import SamotopRelay

    /// What the pages *Queue* and *Signatures* work with, where the server sends mail. Both are for administrators alone.
    public struct SendingDesk: Sendable {
        /// Mail on its way out.
        public let queue: any QueueControl
        /// What is known of other servers, and decided about them.
        public let peers: PeerDesk

        /// Makes a desk of its two sides.
        public init(queue: any QueueControl, peers: PeerDesk) {
            self.queue = queue
            self.peers = peers
        }
    }
#endif
