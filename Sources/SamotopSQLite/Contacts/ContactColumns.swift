#if SQLite
    import Foundation
    import GRDB
    import SamotopContacts
    import SamotopCore

    /// A contact as a row, and back.
    struct ContactColumns: Sendable {
        /// What names people is sealed with it; not whose contact it is, which the configuration tells, nor states, times and counts.
        let seal: ColumnSeal

        /// As ``contact(_:)`` reads them.
        static let names = """
            id, owner, kind, correspondent, state, anchor_kind, anchor, proofs, first_seen, last_seen, attempts, delivered, \
            request_time, recipient, reverse_path, display_name, subject, network, client_name, hello, evidence, held, \
            decided_at, decided_from, decided_state, decided_by, decided_note
            """

        /// What only searches use.
        private static let derived = "domain, called"

        private static let columns = (names + ", " + derived).split(separator: ", ")
        static let insert =
            """
            INSERT INTO contacts (\(columns.joined(separator: ", "))) \
            VALUES (\(columns.map { _ in "?" }.joined(separator: ", ")))
            """
        /// The last argument is the row's number.
        static let update =
            "UPDATE contacts SET \(columns.map { "\($0) = ?" }.joined(separator: ", ")) WHERE number = ?"

        func arguments(_ contact: Contact) throws -> StatementArguments {
            let (anchorKind, anchor) = Self.stored(contact.identity.anchor)
            let request = contact.request
            let decision = contact.decision
            let called = (request?.displayName ?? "").foldedOctets + contact.correspondent.bytes
            return [
                contact.id.text, contact.owner.name, contact.correspondent.kind.rawValue,
                try key(contact.correspondent), contact.state.rawValue, anchorKind,
                try seal.sealed(anchor, "anchor"),
                contact.identity.proofs.map(\.rawValue).sorted().joined(separator: " "), contact.firstSeen.stored,
                contact.lastSeen.stored, contact.attempts, contact.delivered,
                request?.time.stored, try seal.sealed(ifAny: request?.recipient, "recipient"),
                try seal.sealed(ifAny: request?.reversePath, "reverse_path"),
                try seal.sealed(ifAny: request?.displayName, "display_name"),
                try seal.sealed(ifAny: request?.subject, "subject"),
                try request.map { try network($0.network) }, try seal.sealed(ifAny: request?.clientName, "client_name"),
                try seal.sealed(ifAny: request?.hello, "hello"),
                try request.map { try seal.sealed([UInt8](TextList.stored($0.evidence)), "evidence") },
                request.map { TextList.stored($0.held) },
                decision?.time.stored, decision?.previous.rawValue, decision?.state.rawValue,
                try seal.sealed(ifAny: decision?.maker, "decided_by"),
                try seal.sealed(ifAny: decision?.note, "decided_note"),
                try domain(contact.correspondent), try seal.sealed(called, "called"),
            ]
        }

        /// What a correspondent's row is found by.
        func key(_ correspondent: Correspondent) throws -> Data {
            try seal.sealed(correspondent.bytes, "correspondent")
        }

        /// What shares of a domain are counted by.
        func domain(_ correspondent: Correspondent) throws -> Data {
            try seal.sealed(correspondent.domainOctets, "domain")
        }

        /// What shares of a network are counted by.
        func network(_ network: String) throws -> String { try seal.sealed(network, "network") }

        func contact(_ row: Row) throws -> Contact {
            var columns = ColumnReader(row)
            guard let id = ContactID(try columns.next()) else { throw Self.damaged("identifier") }
            let owner = Owner(try columns.next())
            let kind: Correspondent.Kind = try columns.word()
            let bytes = try seal.opened(try columns.bytes(), "correspondent")
            guard let correspondent = Correspondent(kind: kind, stored: bytes) else {
                throw Self.damaged("correspondent")
            }
            return Contact(
                id: id, owner: owner, correspondent: correspondent, state: try columns.word(),
                identity: try identity(&columns), firstSeen: try columns.moment(), lastSeen: try columns.moment(),
                attempts: try columns.next(), delivered: try columns.next(), request: try request(&columns),
                decision: try decision(&columns))
        }

        private static func stored(_ anchor: Identity.Anchor) -> (kind: String, text: String) {
            switch anchor {
            case .domain(let name): ("domain", name)
            case .network(let network): ("network", network)
            case .local: ("local", "")
            }
        }

        private func identity(_ columns: inout ColumnReader) throws -> Identity {
            let kind: String = try columns.next()
            let text: String = try seal.opened(try columns.next(String.self), "anchor")
            let anchor: Identity.Anchor =
                switch kind {
                case "domain": .domain(text)
                case "network": .network(text)
                case "local": .local
                default: throw Self.damaged("anchor")
                }
            let proofs = try columns.next(String.self).split(separator: " ").map { word in
                guard let proof = Identity.Proof(rawValue: String(word)) else { throw Self.damaged("proof") }
                return proof
            }
            return Identity(anchor, proofs: Set(proofs))
        }

        private func request(_ columns: inout ColumnReader) throws -> ContactRequest? {
            guard let time = try columns.optionalMoment() else {
                columns.skip(9)
                return nil
            }
            let recipient = try seal.opened(try columns.next(String.self), "recipient")
            let reversePath = try seal.opened(try columns.next(String.self), "reverse_path")
            let displayName = try seal.opened(ifAny: try columns.optional(String.self), "display_name")
            let subject = try seal.opened(ifAny: try columns.optional(String.self), "subject")
            let network = try seal.opened(try columns.next(String.self), "network")
            let clientName = try seal.opened(ifAny: try columns.optional(String.self), "client_name")
            let hello = try seal.opened(ifAny: try columns.optional(String.self), "hello")
            return ContactRequest(
                recipient: recipient, reversePath: reversePath, displayName: displayName, subject: subject,
                network: network, clientName: clientName, hello: hello,
                evidence: TextList.texts(try seal.opened(try columns.bytes(), "evidence")), time: time,
                held: TextList.texts(try columns.bytes()))
        }

        private func decision(_ columns: inout ColumnReader) throws -> ContactDecision? {
            guard let time = try columns.optionalMoment() else { return nil }
            return ContactDecision(
                previous: try columns.word(), state: try columns.word(),
                maker: try seal.opened(try columns.next(String.self), "decided_by"), time: time,
                note: try seal.opened(try columns.next(String.self), "decided_note"))
        }

        private static func damaged(_ what: String) -> ContactStoreError {
            .unusable(cause: "a stored contact has an impossible \(what): check the file")
        }
    }

    extension Contact {
        /// In the order of the columns.
        fileprivate init(
            id: ContactID, owner: Owner, correspondent: Correspondent, state: State, identity: Identity,
            firstSeen: Timestamp, lastSeen: Timestamp, attempts: Int, delivered: Int, request: ContactRequest?,
            decision: ContactDecision?
        ) {
            self.init(
                id: id, owner: owner, correspondent: correspondent, state: state, identity: identity, request: request,
                firstSeen: firstSeen, lastSeen: lastSeen, attempts: attempts, delivered: delivered, decision: decision)
        }
    }

    extension Correspondent {
        /// What follows the last `@` of an address; all of a domain or list: what shares are counted by.
        var domainOctets: [UInt8] {
            guard kind == .address, let at = bytes.lastIndex(of: UInt8(ascii: "@")) else { return bytes }
            return Array(bytes[(at + 1)...])
        }
    }

    extension String {
        /// Its octets, ASCII letters in lower case.
        var foldedOctets: [UInt8] { utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 } }
    }
#endif
