#if Web
    import Crypto
    import SamotopCore
    import Synchronization

    /// Who is signed in. Cookies carry a random token; what is kept is its hash.
    final class WebSessions: Sendable {
        private let idleSeconds: Int
        private let sessionSeconds: Int
        private let maximumPerAccount: Int
        private let sessions = Mutex<[SHA256Digest: WebSession]>([:])

        init(idleSeconds: Int, sessionSeconds: Int, maximumPerAccount: Int = 20) {
            self.idleSeconds = idleSeconds
            self.sessionSeconds = sessionSeconds
            self.maximumPerAccount = maximumPerAccount
        }

        /// A new session always has a new token: one that was planted before sign-in opens nothing.
        func start(_ session: WebSession) -> SecretToken {
            let token = SecretToken.random()
            sessions.withLock { sessions in
                sessions = sessions.filter { !isOver($0.value, session.start) }
                let own = sessions.filter { $0.value.account == session.account }
                if own.count >= maximumPerAccount, let oldest = own.min(by: { $0.value.lastSeen < $1.value.lastSeen }) {
                    sessions[oldest.key] = nil
                }
                sessions[token.digest] = session
            }
            return token
        }

        /// The session of a token, if it isn't over; being asked for is what keeps it.
        func session(_ token: SecretToken, now: Timestamp) -> WebSession? {
            sessions.withLock { sessions in
                guard var session = sessions[token.digest] else { return nil }
                guard !isOver(session, now) else {
                    sessions[token.digest] = nil
                    return nil
                }
                session.lastSeen = max(session.lastSeen, now)
                sessions[token.digest] = session
                return session
            }
        }

        /// Changes a session that is still there.
        func change(_ token: SecretToken, _ change: (inout WebSession) -> Void) {
            sessions.withLock { sessions in
                guard var session = sessions[token.digest] else { return }
                change(&session)
                sessions[token.digest] = session
            }
        }

        func end(_ token: SecretToken) {
            sessions.withLock { $0[token.digest] = nil }
        }

        func endAll(of account: String) {
            sessions.withLock { sessions in sessions = sessions.filter { $0.value.account != account } }
        }

        private func isOver(_ session: WebSession, _ now: Timestamp) -> Bool {
            now.seconds(since: session.lastSeen) >= idleSeconds || now.seconds(since: session.start) >= sessionSeconds
        }
    }
#endif
