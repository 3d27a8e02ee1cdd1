#if Unbound
    import Foundation
    import NameResolution
    import Synchronization
    import UnboundResolver

    /// A real authoritative server: NSD on loopback, with zones that ldns signed. It ends with the test process,
    /// however that ends.
    final class AuthoritativeServer: Sendable {
        /// A zone without its SOA and NS records.
        struct Zone {
            var name: String
            var records: String
            var isSigned = true
            /// When the signatures end; from now on for four weeks when it is nil.
            var expiration: String?
            /// What is changed after signing.
            var replacement: (text: String, with: String)?
        }

        let port: UInt16
        /// A file with the key of the outermost zone.
        let rootAnchor: String
        /// The keys of the zones, one line each.
        let keys: [String: String]
        private let process: Mutex<Lifeline?>

        /// Serves these zones; each is delegated from the root, which is signed and served, too.
        init(_ zones: [Zone]) throws {
            let directory = FileManager.default.temporaryDirectory.appending(path: "samotop-nsd-\(UUID())")
            try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
            let signer = ZoneSigner(directory: directory)
            var keys: [String: String] = [:]
            var delegations = ""
            for zone in zones {
                let delegation = try signer.write(
                    zone, parent: zones.first { zone.name.hasSuffix(".\($0.name)") }?.name)
                keys[zone.name] = delegation.key
                delegations += delegation.records
            }
            let root = try signer.write(Zone(name: ".", records: "ns A 127.0.0.1\n\(delegations)"), parent: nil)
            self.keys = keys
            rootAnchor = directory.appending(path: "root.key").path
            try Data("\(root.key ?? "")\n".utf8).write(to: URL(filePath: rootAnchor))
            let (probe, port) = try Loopback.udp()
            close(probe)
            self.port = port
            try Self.configuration(directory, port, zones.map(\.name) + ["."]).write(
                to: directory.appending(path: "nsd.conf"), atomically: true, encoding: .utf8)
            process = Mutex(try Lifeline(Peers.find("nsd", "nsd"), ["-d", "-c", "nsd.conf"], in: directory.path))
            let query = DNSMessage.query(.root, .soa)
            for _ in 0..<100 {
                if try Loopback.answers(port, to: query) { return }
                usleep(20_000)
            }
            let log = try? String(contentsOf: directory.appending(path: "nsd.log"), encoding: .utf8)
            throw TestError(message: "nsd doesn't answer: \(log ?? "no log")")
        }

        /// Ends it.
        func stop() { process.withLock { $0 = nil } }

        /// Settings that ask it for everything, and trust its root.
        func settings(_ zones: [String]) throws -> UnboundSettings {
            var settings = UnboundSettings()
            guard let address = IPAddress("127.0.0.1") else { throw TestError(message: "no address") }
            let server = UnboundSettings.NameServer(address, port: port)
            settings.stubs = try (zones + ["."]).map { UnboundSettings.Stub(try name($0), servers: [server]) }
            settings.rootAnchor = .file(rootAnchor)
            return settings
        }

        private static func configuration(_ directory: URL, _ port: UInt16, _ zones: [String]) -> String {
            """
            server:
                ip-address: 127.0.0.1
                port: \(port)
                username: ""
                chroot: ""
                zonesdir: "\(directory.path)"
                database: ""
                logfile: "\(directory.path)/nsd.log"
                pidfile: ""
                xfrdfile: "\(directory.path)/xfrd.state"
                xfrdir: "\(directory.path)"
                zonelistfile: "\(directory.path)/zone.list"
                rrl-ratelimit: 0
                server-count: 1
            remote-control:
                control-enable: no

            """
                + zones.map { "zone:\n    name: \($0)\n    zonefile: \(ZoneSigner.fileName($0))\n" }.joined()
        }
    }

    /// Makes keys and signatures with ldns's programs.
    private struct ZoneSigner {
        let directory: URL

        static func fileName(_ zone: String) -> String { zone == "." ? "root.zone" : "\(zone).zone" }

        /// Writes a zone's file; returns what belongs into its parent, and its key.
        func write(_ zone: AuthoritativeServer.Zone, parent: String?) throws -> (records: String, key: String?) {
            let origin = zone.name == "." ? "." : "\(zone.name)."
            let head = "$ORIGIN \(origin)\n$TTL 300\n@ SOA ns.root.test. host.root.test. 1 1h 15m 1w 60\n@ NS ns.\n"
            let file = directory.appending(path: Self.fileName(zone.name))
            try Data("\(head)\(zone.records)".utf8).write(to: file)
            // A zone below another of these is delegated by what the test wrote into that.
            let delegation = parent == nil ? "\(origin) NS ns.\n" : ""
            guard zone.isSigned else { return (delegation, nil) }
            let base = try run(
                "ldns-keygen", ["-a", "ECDSAP256SHA256", "-k", "-r", "/dev/urandom", origin]
            ).trimmingCharacters(in: .whitespacesAndNewlines)
            let signed = directory.appending(path: "\(file.lastPathComponent).signed")
            let times = zone.expiration.map { ["-i", "20200101", "-e", $0] } ?? []
            _ = try run("ldns-signzone", times + ["-f", signed.path, file.path, directory.appending(path: base).path])
            var text = try String(contentsOf: signed, encoding: .utf8)
            if let (old, new) = zone.replacement {
                guard text.contains(old) else { throw TestError(message: "\(old) isn't in the signed zone") }
                text.replace(old, with: new)
            }
            try Data(text.utf8).write(to: file)
            let delegationSigner = try String(contentsOf: directory.appending(path: "\(base).ds"), encoding: .utf8)
            let key = try String(contentsOf: directory.appending(path: "\(base).key"), encoding: .utf8)
            let line = key.split(separator: ";").first.map(String.init)?.trimmingCharacters(in: .whitespacesAndNewlines)
            return (parent == nil ? "\(delegation)\(delegationSigner)\n" : "", line)
        }

        private func run(_ program: String, _ arguments: [String]) throws -> String {
            let process = Process()
            let output = Pipe()
            process.executableURL = URL(filePath: try Peers.find("ldnsutils", program))
            process.arguments = arguments
            process.currentDirectoryURL = directory
            process.standardOutput = output
            process.standardError = output
            try process.run()
            let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
            process.waitUntilExit()
            guard process.terminationStatus == 0 else { throw TestError(message: "\(program): \(text)") }
            return text
        }
    }

    /// Programs that scripts/setup unpacked, or that are installed.
    enum Peers {
        private static let root = URL(filePath: #filePath).resolvingSymlinksInPath()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()

        static let areThere =
            (try? find("nsd", "nsd")) != nil && (try? find("ldnsutils", "ldns-signzone")) != nil
            && (try? find("ldnsutils", "ldns-keygen")) != nil

        /// Whether tests that need them are to run: where nothing may be skipped they do, and fail.
        static let areWanted = areThere || ProcessInfo.processInfo.environment["SKIP_NOTHING"] != nil

        static func find(_ package: String, _ program: String) throws -> String {
            let environment = ProcessInfo.processInfo.environment
            let peers = environment["SAMOTOP_PEERS"] ?? root.appending(path: ".build-peers").path
            let folders =
                ["\(peers)/\(package)/usr/sbin", "\(peers)/\(package)/usr/bin"]
                + "\(environment["PATH"] ?? ""):/usr/sbin:/usr/local/sbin".split(separator: ":").map(String.init)
            for folder in folders where FileManager.default.isExecutableFile(atPath: "\(folder)/\(program)") {
                return "\(folder)/\(program)"
            }
            throw TestError(message: "\(program) isn't there (scripts/setup test)")
        }
    }
#endif
