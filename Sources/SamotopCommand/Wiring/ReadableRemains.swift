import SamotopSQLite

/// What earlier configurations have left readable in the state folder, and nothing opens with this one: so nothing seals it either,
/// and nothing in it expires.
enum ReadableRemains {
    /// Refuses it where names are to be sealed. Blocks.
    static func refuse(_ configuration: Configuration) throws(StartFailure) {
        guard configuration.privacy.stores == .sealed else { return }
        #if SQLite
            let state = configuration.state
            var problems: [Problem] = []
            func look(_ stores: ReadableFiles.Stores, _ advice: String) {
                let paths = ReadableFiles.paths(of: stores, in: state)
                guard !paths.isEmpty else { return }
                problems.append(
                    configuration.problem(
                        "privacy",
                        "names are readable in \(paths.joined(separator: ", ")), and nothing seals them: \(advice)"))
            }
            if !configuration.contacts.isOn {
                look(.contacts, "remove \(state)/contacts.sqlite* and instance.key, or switch contacts on once")
            }
            if !configuration.relay.isOn {
                look(.outgoing, "remove \(state)/outgoing.sqlite*, or write relay: once")
            }
            look(.reports, "remove \(state)/reports.sqlite*, or write privacy.stores: readable")
            guard problems.isEmpty else { throw StartFailure(ExitStatus.configuration, problems) }
        #endif
    }
}
