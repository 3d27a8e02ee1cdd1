/// The key that belongs to this instance: 32 random octets in a file, below the state folder or where `privacy.key` says, made when it is
/// first needed. The queue is sealed with it, and, where that is wished for, the journal's keys and columns that name people.
///
/// A copy of the queue alone tells nobody anything, nor do its deleted files on a disk that is given away.
enum QueueKey {
    private static let length = 32

    static func path(_ configuration: Configuration) -> String {
        configuration.privacy.key ?? configuration.state + "/queue.key"
    }

    /// The key; nil while there is none.
    static func existing(_ configuration: Configuration) throws(StartFailure) -> [UInt8]? {
        LocalFile.status(path(configuration)) == nil ? nil : try bytes(configuration)
    }

    /// The key, made when it is missing.
    static func bytes(_ configuration: Configuration) throws(StartFailure) -> [UInt8] {
        let path = path(configuration)
        guard LocalFile.status(path) != nil else { return try make(path, configuration.state) }
        let key: [UInt8]
        do throws(SystemFailure) { key = try LocalFile.read(path, limit: 4_096) } catch {
            throw StartFailure(ExitStatus.failure, ["samotop: \(path): \(error)"])
        }
        guard key.count == length else {
            throw StartFailure(
                ExitStatus.failure, ["samotop: \(path) isn't a key of \(length) octets; restore it from a backup"])
        }
        return key
    }

    private static func make(_ path: String, _ state: String) throws(StartFailure) -> [UInt8] {
        guard LocalFile.status(state + "/queue") == nil else {
            throw StartFailure(
                ExitStatus.failure,
                [
                    """
                    samotop: \(path) is missing, and \(state)/queue can't be read without it. Restore it from a backup, or move \
                    the folder away: the mail in it is lost then
                    """
                ])
        }
        var generator = SystemRandomNumberGenerator()
        let key = (0..<length).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        do throws(SystemFailure) { try LocalFile.write(key, to: path, mode: 0o600) } catch {
            throw StartFailure(ExitStatus.failure, ["samotop: \(path): \(error)"])
        }
        return key
    }
}
