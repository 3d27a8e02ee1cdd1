import SamotopCore

/// Removes what deliveries that never ended have left in a `tmp`.
struct TemporarySweep {
    let host: String
    let process: Int32
    let run: String
    let now: Timestamp
    let fileSystem: any FileSystem

    /// The Maildir specification: a file in `tmp` is abandoned after 36 hours.
    static let abandonedSeconds: Int64 = 36 * 3600

    /// Removes abandoned files and says how many they were.
    func sweep(_ folder: MaildirFolder) throws(DeliveryError) -> Int {
        let directory = folder.temporary.descriptor
        var count = 0
        do throws(SystemCallError) {
            for name in try fileSystem.names(in: directory) {
                // One that can't be asked about has just been removed by its owner.
                guard let facts = try? fileSystem.facts(of: name, in: directory) else { continue }
                guard facts.kind == .file, isOurLeftover(name) || isAbandoned(facts) else { continue }
                try fileSystem.remove(name, in: directory)
                count += 1
            }
        } catch { throw error.deliveryError("mailbox \(folder.name), tmp") }
        return count
    }

    private func isAbandoned(_ facts: FileFacts) -> Bool { now.seconds &- facts.modified > Self.abandonedSeconds }

    /// A file of a former run of this program: its process is gone, or is this one, under the same number.
    private func isOurLeftover(_ name: String) -> Bool {
        guard let name = TemporaryName(name, host: host), name.run != run else { return false }
        return name.process == process || !fileSystem.processExists(name.process)
    }
}
