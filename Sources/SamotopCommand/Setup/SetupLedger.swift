import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What a setup has made, so that it can be undone: nothing that was there before is touched.
final class SetupLedger {
    private var undone: [() -> Void] = []
    /// What was made, in order.
    private(set) var paths: [String] = []
    /// Folders that were made for these.
    private(set) var folders: [String] = []

    /// A folder, and those above it that are missing.
    func makeFolder(_ path: String, mode: UInt32) throws {
        var missing: [String] = []
        var above = path
        while LocalFile.status(above) == nil, above != "/" {
            missing.append(above)
            above = LocalFile.parent(of: above)
        }
        // Those above are for everybody to pass through.
        for folder in missing.reversed() {
            try LocalFile.makeFolder(folder, mode: folder == path ? mode : 0o755)
            folders.append(folder)
            undone.append { rmdir(folder) }
        }
    }

    /// A file that isn't there yet.
    func write(_ text: String, to path: String, mode: UInt32) throws {
        try expect(path)
        try LocalFile.write(Array(text.utf8), to: path, mode: mode)
    }

    /// Something that is going to be made at a path, by whoever makes it: it goes when all is undone.
    func expect(_ path: String) throws {
        guard !LocalFile.isTaken(path) else {
            throw StartFailure(
                ExitStatus.failure,
                ["\(OneLine.escaped(path)) is there already; move it away, or set up another folder"])
        }
        paths.append(path)
        undone.append { try? FileManager.default.removeItem(atPath: path) }
    }

    /// Something else that can be undone.
    func did(undo: @escaping () -> Void) { undone.append(undo) }

    /// Takes everything back, the last first.
    func undo() {
        while let last = undone.popLast() { last() }
        paths = []
        folders = []
    }
}
