#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif
import SamotopCore

extension MaildirFolder {
    /// The ``MaildirName/base`` of each message in any folder of the mailbox, its inbox included, made durable there. For
    /// replays of what was filed in a folder: its reader, or a decision, may have moved it meanwhile.
    func readNamesOfMailbox() throws(DeliveryError) -> Set<String> {
        let flags = O_RDONLY | O_DIRECTORY
        do throws(SystemCallError) {
            let box = try fileSystem.openAll(place.folder == nil ? ".." : "../..", in: new.descriptor, flags: flags)
            defer { try? fileSystem.closeAll(box) }
            var bases: Set<String> = []
            for name in try fileSystem.names(in: box) where name.first == "." {
                // One that can't be entered is no folder that this program, or a reader, moves messages to.
                guard let folder = try? fileSystem.openAll(name, in: box, flags: flags | O_NOFOLLOW) else { continue }
                defer { try? fileSystem.closeAll(folder) }
                try readNames(in: folder, into: &bases)
            }
            try readNames(in: box, into: &bases)
            return bases
        } catch { throw error.deliveryError("mailbox \(name), its folders") }
    }

    private func readNames(in folder: CInt, into bases: inout Set<String>) throws(SystemCallError) {
        for step in ["new", "cur"] {
            let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW
            guard let directory = try? fileSystem.openAll(step, in: folder, flags: flags) else { continue }
            defer { try? fileSystem.closeAll(directory) }
            bases.formUnion(try fileSystem.names(in: directory).lazy.map(MaildirName.base(of:)))
            try fileSystem.syncAll(directory)
        }
    }

    /// The folders that there are besides the inbox. Names that ``FolderName`` refuses are left out.
    func readFolders() throws(DeliveryError) -> [FolderName] {
        do throws(SystemCallError) {
            let flags = O_RDONLY | O_DIRECTORY
            let box = try fileSystem.openAll(place.folder == nil ? ".." : "../..", in: new.descriptor, flags: flags)
            defer { try? fileSystem.closeAll(box) }
            return try fileSystem.names(in: box).sorted().compactMap { name in
                name.first == "." ? FolderName(String(name.dropFirst())) : nil
            }
        } catch { throw error.deliveryError("mailbox \(name), its folders") }
    }
}
