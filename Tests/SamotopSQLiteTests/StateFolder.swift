#if SQLite
    import Foundation
    import GRDB
    import SamotopContacts
    import SamotopCore

    @testable import SamotopSQLite

    /// A state folder for one test.
    struct StateFolder: Sendable {
        let path: String

        var files: StoreFiles { StoreFiles(folder: path) }

        /// Makes one, and removes it afterwards.
        @discardableResult
        static func temporary<Value>(_ body: (StateFolder) async throws -> Value) async throws -> Value {
            let folder = FileManager.default.temporaryDirectory.appendingPathComponent("samotop-\(UUID().uuidString)")
                .path
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            defer { try? FileManager.default.removeItem(atPath: folder) }
            return try await body(StateFolder(path: folder))
        }

        func open() async throws -> SQLiteStores { try await SQLiteStores.open(in: path) }

        /// Opens the stores, and closes them afterwards.
        @discardableResult
        func stores<Value>(_ body: (SQLiteStores) async throws -> Value) async throws -> Value {
            let stores = try await open()
            let value = try await body(stores)
            try await stores.close()
            return value
        }

        /// Why the stores can't be opened; nil when they can.
        func refusal() async throws -> String? {
            do {
                try await open().close()
            } catch ContactStoreError.unusable(let cause) {
                return cause
            }
            return nil
        }

        /// Changes the file with SQLite itself.
        func edit(_ sql: String) throws {
            let queue = try DatabaseQueue(path: files.database)
            try queue.writeWithoutTransaction { try $0.execute(sql: sql) }
            try queue.close()
        }

        func bytes(_ path: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))) }

        func write(_ bytes: [UInt8], _ path: String) throws {
            let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
            try handle.truncate(atOffset: 0)
            try handle.write(contentsOf: Data(bytes))
            try handle.close()
        }

        func mode(_ path: String) throws -> Int? {
            try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        }

        func setMode(_ mode: Int, _ path: String) throws {
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        }

        /// What a crash leaves: the files as they are at this moment, in another folder.
        func copyAsAfterCrash(to other: StateFolder) throws {
            for name in try FileManager.default.contentsOfDirectory(atPath: path) where !name.hasSuffix("-shm") {
                try FileManager.default.copyItem(atPath: "\(path)/\(name)", toPath: "\(other.path)/\(name)")
            }
        }

        var names: Set<String> {
            get throws { Set(try FileManager.default.contentsOfDirectory(atPath: path)) }
        }
    }

    enum Sample {
        static let bob = Owner("bob")

        static func address(_ text: String) throws -> Correspondent {
            guard let correspondent = Correspondent(kind: .address, stored: Array(text.utf8)) else {
                throw CocoaError(.coderInvalidValue)
            }
            return correspondent
        }

        static func moment(_ seconds: Int64) -> Timestamp { Timestamp(seconds: 1_700_000_000 + seconds) }

        static func request(at seconds: Int64 = 0, called name: String? = "Ann") -> ContactRequest {
            ContactRequest(
                recipient: "bob@example.net", reversePath: "ann@example.org", displayName: name, subject: "Hello",
                network: "192.0.2.0/24", evidence: ["spf=pass"], time: moment(seconds))
        }

        static func contact(_ text: String, _ state: Contact.State = .welcome, of owner: Owner = bob) throws -> Contact
        {
            Contact(
                id: .random(), owner: owner, correspondent: try address(text), state: state, identity: Identity(.local),
                request: request(), firstSeen: moment(0), lastSeen: moment(0))
        }
    }

    extension ContactStore {
        func put(_ text: String, _ state: Contact.State = .welcome) async throws {
            let contact = try Sample.contact(text, state)
            try await change(contact.correspondent, of: contact.owner) { _ in contact }
        }

        func has(_ text: String) async throws -> Bool {
            try await !contacts(of: Sample.bob, about: [Sample.address(text)]).isEmpty
        }
    }
#endif
