import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What the machine has to have: a clock that is right, room, and files that nobody else reads.
struct MachineChecks: Sendable {
    /// Octets that should be free: what the journal may take, and as much again.
    let wantedSpace: Int64
    let state: String
    /// Where the operator has put the instance's key; nil: below the state folder.
    let key: String?

    init(_ configuration: Configuration) {
        state = configuration.state
        key = configuration.privacy.key
        wantedSpace = 2 * Int64(configuration.limits.journal)
    }

    func findings() -> [HealthFinding] { [clock(), space()] + permissions() + keyFindings() }

    /// What time services leave behind while they keep the clock right.
    private static let timeServices = [
        "systemd-timesyncd": "/run/systemd/timesync/synchronized", "chrony": "/run/chrony/chronyd.pid",
        "ntpd": "/run/ntpd.pid", "openntpd": "/run/openntpd.pid",
    ]

    private func clock() -> HealthFinding {
        let running = Self.timeServices.filter { LocalFile.status($0.value) != nil }.keys.sorted()
        guard let service = running.first else {
            return .unknown(
                "clock", "no service that keeps it right was found; a container has its host's. Signatures go by it")
        }
        return .ok("clock", "kept right by \(service)")
    }

    private func space() -> HealthFinding {
        guard let facts = try? FileManager.default.attributesOfFileSystem(forPath: state),
            let free = (facts[.systemFreeSize] as? NSNumber)?.int64Value
        else { return .unknown("disk", "\(state) can't be looked at") }
        let text = "\(free >> 20) MiB free for \(state)"
        return free < wantedSpace
            ? .problem("disk", text, "make room: \(wantedSpace >> 20) MiB should be free") : .ok("disk", text)
    }

    /// Secrets below the state folder that others may read or change.
    private func permissions() -> [HealthFinding] {
        guard let status = LocalFile.status(state) else {
            return [.unknown("permissions", "\(state) isn't there, or can't be looked at")]
        }
        var wrong = status.mode & 0o007 == 0 ? [] : [state]
        for name in ["acme", "dkim", "accounts", "queue.key", "key.salt", "forwarding.key", "keys"] {
            for path in Self.files(state + "/" + name) {
                guard let status = LocalFile.status(path), !status.isSocket else { continue }
                if status.mode & 0o007 != 0 { wrong.append(path) }
            }
        }
        guard wrong.isEmpty else {
            let paths = wrong.prefix(3).joined(separator: ", ")
            return [.problem("permissions", "every user of this machine can get at \(paths)", "do chmod o-rwx")]
        }
        return [.ok("permissions", "\(state) is for samotop alone")]
    }

    /// The key in a place of the operator's.
    private func keyFindings() -> [HealthFinding] {
        guard let key else { return [] }
        guard let status = LocalFile.status(key) else {
            let text = "\(key), which privacy.key names, is missing or can't be seen"
            return [.problem("key", text, QueueKey.advice(key))]
        }
        guard QueueKey.isPrivate(key, status) else {
            return [.problem("key", "others may read or write \(key)", "do chmod 600 \(key)")]
        }
        return [.ok("key", "\(key) is for samotop alone")]
    }

    /// A file, or a folder and what is in it.
    private static func files(_ path: String) -> [String] {
        guard let status = LocalFile.status(path) else { return [] }
        guard status.isFolder else { return [path] }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return [path] + names.sorted().prefix(1_000).map { "\(path)/\($0)" }
    }
}
