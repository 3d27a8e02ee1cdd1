#if SQLite
    import GRDB
    import SamotopContacts
    import SamotopCore

    /// A contact as a row, and back.
    enum ContactColumns {
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

        static func arguments(_ contact: Contact) -> StatementArguments {
            let (anchorKind, anchor) = stored(contact.identity.anchor)
            let request = contact.request
            let decision = contact.decision
            return [
                contact.id.text, contact.owner.name, contact.correspondent.kind.rawValue,
                contact.correspondent.bytes.blob, contact.state.rawValue, anchorKind, anchor,
                contact.identity.proofs.map(\.rawValue).sorted().joined(separator: " "), contact.firstSeen.stored,
                contact.lastSeen.stored, contact.attempts, contact.delivered,
                request?.time.stored, request?.recipient, request?.reversePath, request?.displayName,
                request?.subject, request?.network, request?.clientName, request?.hello,
                request.map { TextList.stored($0.evidence) }, request.map { TextList.stored($0.held) },
                decision?.time.stored, decision?.previous.rawValue, decision?.state.rawValue, decision?.maker,
                decision?.note,
                contact.correspondent.domainOctets.blob,
                ((request?.displayName ?? "").foldedOctets + contact.correspondent.bytes).blob,
            ]
        }

        static func contact(_ row: Row) throws -> Contact {
            var columns = ColumnReader(row)
            guard let id = ContactID(try columns.next()) else { throw damaged("identifier") }
            let owner = Owner(try columns.next())
            guard let correspondent = Correspondent(kind: try columns.word(), stored: try columns.bytes()) else {
                throw damaged("correspondent")
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

        private static func identity(_ columns: inout ColumnReader) throws -> Identity {
            let kind: String = try columns.next()
            let text: String = try columns.next()
            let anchor: Identity.Anchor =
                switch kind {
                case "domain": .domain(text)
                case "network": .network(text)
                case "local": .local
                default: throw damaged("anchor")
                }
            let proofs = try columns.next(String.self).split(separator: " ").map { word in
                guard let proof = Identity.Proof(rawValue: String(word)) else { throw damaged("proof") }
                return proof
            }
            return Identity(anchor, proofs: Set(proofs))
        }

        private static func request(_ columns: inout ColumnReader) throws -> ContactRequest? {
            guard let time = try columns.optionalMoment() else {
                columns.skip(9)
                return nil
            }
            let recipient: String = try columns.next()
            let reversePath: String = try columns.next()
            let displayName: String? = try columns.optional()
            let subject: String? = try columns.optional()
            let network: String = try columns.next()
            return ContactRequest(
                recipient: recipient, reversePath: reversePath, displayName: displayName, subject: subject,
                network: network, clientName: try columns.optional(), hello: try columns.optional(),
                evidence: TextList.texts(try columns.bytes()), time: time, held: TextList.texts(try columns.bytes()))
        }

        private static func decision(_ columns: inout ColumnReader) throws -> ContactDecision? {
            guard let time = try columns.optionalMoment() else { return nil }
            return ContactDecision(
                previous: try columns.word(), state: try columns.word(), maker: try columns.next(), time: time,
                note: try columns.next())
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
