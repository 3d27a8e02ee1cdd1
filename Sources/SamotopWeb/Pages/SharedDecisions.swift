#if Web
    import SamotopContacts

    /// What others at this server decided about a proven domain, as far as they share it: numbers, no names.
    final class SharedDecisions {
        /// Owners that are asked at most, so that a page's cost stays bounded.
        private static let maximumOwners = 100

        private let room: PageRoom
        private var sharing: [Owner]?
        private var known: [String: (welcome: Int, blocked: Int)] = [:]

        init(room: PageRoom) { self.room = room }

        func words(about identity: Identity, except owner: Owner) async throws -> String? {
            guard identity.isProven, case .domain(let domain) = identity.anchor else { return nil }
            let counts = try await counts(about: domain, except: owner)
            var parts: [String] = []
            if counts.welcome > 0 { parts.append(room.words.count("shared-welcome", counts.welcome)) }
            if counts.blocked > 0 { parts.append(room.words.count("shared-blocked", counts.blocked)) }
            return parts.isEmpty ? nil : room.words("shared", ["decisions": parts.joined(separator: ", ")])
        }

        private func counts(about domain: String, except owner: Owner) async throws -> (welcome: Int, blocked: Int) {
            if let known = known[domain] { return known }
            var counts = (welcome: 0, blocked: 0)
            for other in try await sharingOwners() where other != owner {
                let query = ContactQuery(states: [.welcome, .blocked], text: domain, limit: 20)
                let decided = try await room.desk.contacts(of: other, matching: query).filter {
                    $0.decision != nil && $0.identity.anchor == .domain(domain)
                }
                if decided.contains(where: { $0.state == .welcome }) { counts.welcome += 1 }
                if decided.contains(where: { $0.state == .blocked }) { counts.blocked += 1 }
            }
            known[domain] = counts
            return counts
        }

        private func sharingOwners() async throws -> [Owner] {
            if let sharing { return sharing }
            var owners: [Owner] = []
            for owner in try await room.desk.owners().prefix(Self.maximumOwners) {
                let chosen = try await room.policies.policies(of: owner)
                if room.policy(for: "", in: chosen).sharesDecisions { owners.append(owner) }
            }
            sharing = owners
            return owners
        }
    }
#endif
