#if Web
    import SamotopContacts

    /// A few messages that are held.
    struct SampleHeldMail: HeldMail {
        let messages: [String: [UInt8]]

        func release(_ envelopes: [String], of owner: Owner) async throws -> Int { envelopes.count }
        func discard(_ envelopes: [String], of owner: Owner) async throws -> Int { envelopes.count }
        func content(of envelope: String, of owner: Owner, limit: Int) async throws -> [UInt8]? {
            messages[envelope].map { Array($0.prefix(limit)) }
        }
    }
#endif
