/// The key that belongs to this instance: 32 random octets in a file, below the state folder, made when it is first needed, or where
/// `privacy.key` says: there the operator makes it. The queue is sealed with it, and, where that is wished for, the journal's keys and columns that name people.
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
        guard let status = LocalFile.status(path) else {
            guard configuration.privacy.key == nil else { throw missing(path) }
            return try make(path, configuration.state)
        }
        guard isPrivate(path, status) else {
            throw StartFailure(
                ExitStatus.configuration, ["samotop: others may read or write \(path); do: chmod 600 \(path)"])
        }
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

    /// Whether nobody else gets at it.
    static func isPrivate(_ path: String, _ status: LocalFile.Status) -> Bool {
        // systemd gives credentials to a service by access lists, whose mask is shown as the group's rights.
        status.mode & (path.hasPrefix("/run/credentials/") ? 0o037 : 0o077) == 0
    }

    /// How a key comes to where the operator wants it.
    static func advice(_ path: String) -> String {
        "bring what holds it, run samotop unlock if it comes of a passphrase, or make a new one: openssl rand -out \(path) 32, then chmod 600 \(path), as samotop's user"
    }

    /// Something that isn't mounted may have to be there: no other key is made in its place.
    private static func missing(_ path: String) -> StartFailure {
        StartFailure(
            ExitStatus.configuration,
            [
                """
                samotop: \(path), which privacy.key names, is missing or can't be seen. What was sealed with it can't be read \
                without it: \(advice(path))
                """
            ])
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
