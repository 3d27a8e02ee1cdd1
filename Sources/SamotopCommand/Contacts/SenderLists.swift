import SamotopContacts

/// The operator's files of senders who are let in, or refused.
enum SenderLists {
    /// Nil: there are none.
    static func read(_ settings: ContactSettings) throws(StartFailure) -> AllowDenyLists? {
        if settings.allow == nil, settings.deny == nil { return nil }
        return AllowDenyLists(
            allow: try read(settings.allow), deny: try read(settings.deny),
            asciiDomain: ASCIIDomain.convert)
    }

    /// What is wrong with them, a line each.
    static func problems(_ configuration: Configuration) -> [Problem] {
        [("contacts.allow", configuration.contacts.allow), ("contacts.deny", configuration.contacts.deny)].compactMap {
            key, path in
            do throws(StartFailure) {
                _ = try read(path)
                return nil
            } catch {
                return configuration.problem(key, error.lines.joined(separator: "; "))
            }
        }
    }

    private static func read(_ path: String?) throws(StartFailure) -> SenderList {
        guard let path else { return SenderList() }
        let bytes: [UInt8]
        do throws(SystemFailure) {
            bytes = try LocalFile.read(path, limit: 64 << 20)
        } catch {
            throw StartFailure(ExitStatus.configuration, ["\(path): can't read it: \(error)"])
        }
        let (list, problems) = SenderList.read(bytes)
        guard problems.isEmpty else {
            throw StartFailure(ExitStatus.configuration, problems.prefix(20).map { "\(path): \($0)" })
        }
        return list
    }
}
