import SamotopCore

/// The content of an accepted message in a sealed file of the journal's.
struct LargeContent: MailContent {
    let count: Int
    let key: [UInt8]
    let folder: String
    let name: String

    var path: String { "\(folder)/\(name)" }

    func read(_ body: (Span<UInt8>) throws -> Void) throws {
        let file: SealedFile
        do throws(SystemCallError) { file = try SealedFile(opening: path, key: key, disk: HostSpoolDisk()) } catch {
            throw error.spoolError
        }
        try SealedContent(count: count, file: file).read(body)
    }
}
