/// Keys as strangers may have them.
extension KeyFolder {
    /// Whether a mailbox's owner lets others find its keys.
    public func isPublished(_ mailbox: String) throws(KeyAccessError) -> Bool {
        try KeyFile.version(of: path(of: mailbox, KeyFileName.unpublished)) == nil
    }

    /// Says by the owner's word whether others find the keys.
    public func setPublished(_ isPublished: Bool, _ mailbox: String) throws(KeyAccessError) {
        let path = path(of: mailbox, KeyFileName.unpublished)
        if isPublished {
            guard try KeyFile.version(of: path) != nil else { return }
            try KeyFile.remove(path)
        } else {
            try KeyFile.replace(path, with: [])
        }
    }

    /// A mailbox's usable OpenPGP keys for one of its addresses, one behind another, not armoured: without other user ids and others'
    /// signatures.
    ///
    /// - Parameter seconds: the moment, since 1970.
    /// - Returns: nil when there is none, or its owner doesn't want it found.
    public func publishedKeys(
        of mailbox: String, for address: String, at seconds: Int64
    ) throws(KeyAccessError) -> [UInt8]? {
        guard try isPublished(mailbox), let keys = try recipient(of: mailbox)?.keys else { return nil }
        let usable = keys.filter { $0.kind == .openPGP && $0.problem(at: seconds) == nil && $0.isFor(address) }
        let octets = usable.compactMap { engine.published($0, for: address) }.flatMap { $0 }
        return octets.isEmpty ? nil : octets
    }
}
