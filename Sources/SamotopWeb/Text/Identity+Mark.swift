#if Web
    import SamotopContacts

    extension Identity {
        /// What a form carries of an identity: a decision counts for the one that was shown.
        var mark: String {
            let anchor =
                switch anchor {
                case .domain(let domain): "domain \(domain)"
                case .network(let network): "network \(network)"
                case .local: "local"
                }
            return ([anchor] + proofs.sorted().map(\.rawValue)).joined(separator: " ")
        }
    }
#endif
