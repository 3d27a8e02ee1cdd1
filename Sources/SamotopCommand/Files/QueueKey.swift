/// The key that the queue is sealed with: 32 random octets in a file of its own below the state folder, made when it is first needed.
///
/// A copy of the queue alone tells nobody anything, nor do its deleted files on a disk that is given away.
enum QueueKey {
    private static let length = 32

    static func path(_ state: String) -> String { state + "/queue.key" }

    static func bytes(_ state: String) throws(StartFailure) -> [UInt8] {
        let path = path(state)
        guard LocalFile.status(path) != nil else { return try make(path, state) }
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
