import SamotopEncryption

extension Inspection {
    /// What keeps nobody from serving, and isn't what `privacy: no-trace` promises.
    func warnings() -> [String] {
        guard configuration.privacy.mode == .noTrace, let keys = try? OpenKeys(configuration) else { return [] }
        return configuration.owners.sorted { $0.key < $1.key }.compactMap { address, owner in
            guard keys.items((address, owner.name)).isEmpty else { return nil }
            return OneLine.escaped(
                "warning: \(address) has no key, so its mail lies in its mailbox in clear; do samotop keys import \(address)"
            )
        }
    }
}
