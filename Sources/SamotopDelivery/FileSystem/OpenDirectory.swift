/// An open directory; closed when the last reference to it goes away.
final class OpenDirectory: Sendable {
    let descriptor: CInt
    let facts: FileFacts
    private let fileSystem: any FileSystem

    init(descriptor: CInt, facts: FileFacts, fileSystem: any FileSystem) {
        self.descriptor = descriptor
        self.facts = facts
        self.fileSystem = fileSystem
    }

    // Nothing was written through it, so closing has nothing to report.
    deinit { try? fileSystem.closeAll(descriptor) }
}
