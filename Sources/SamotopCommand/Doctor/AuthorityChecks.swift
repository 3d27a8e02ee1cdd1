/// Whether there is anybody to vouch for other servers.
enum AuthorityChecks {
    /// - Parameter usual: where systems keep their authorities.
    static func findings(
        _ configuration: Configuration, usual: [String] = AuthorityFile.usual
    ) -> [HealthFinding] {
        guard configuration.relay.isOn else { return [] }
        let subject = "authorities"
        do throws(StartFailure) {
            guard let file = try AuthorityFile.ofServers(configuration, usual: usual) else {
                return [.warning(subject, AuthorityFile.none, AuthorityFile.remedy)]
            }
            return [.ok(subject, "\(file.anchors.count) in \(file.path)")]
        } catch {
            // What is wrong with a file that is written is among the configuration's faults.
            return []
        }
    }
}
