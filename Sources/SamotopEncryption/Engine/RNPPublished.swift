#if OpenPGP
    import CRnp

    /// A key as strangers get it: what is about the address, and what the key says of itself.
    enum RNPPublished {
        static func octets(of key: RecipientKey, for address: String) -> [UInt8]? {
            guard let context = try? RNPContext([key.armored]), let primary = context.primaries.first else {
                return nil
            }
            let count: Int = RNPCall.number { rnp_key_get_uid_count(primary, $0) } ?? 0
            for index in (0..<count).reversed() {
                let text = RNPCall.text { rnp_key_get_uid_at(primary, index, $0) }
                if let text, RecipientKey.holds(text, address) { continue }
                var handle: rnp_uid_handle_t?
                guard RNPCall.worked(rnp_key_get_uid_handle_at(primary, index, &handle)), let handle else { return nil }
                defer { rnp_uid_handle_destroy(handle) }
                guard RNPCall.worked(rnp_uid_remove(primary, handle)) else { return nil }
            }
            let others = UInt32(RNP_KEY_SIGNATURE_NON_SELF_SIG)
            guard RNPCall.worked(rnp_key_remove_signatures(primary, others, nil, nil)) else { return nil }
            let flags = UInt32(RNP_KEY_EXPORT_PUBLIC | RNP_KEY_EXPORT_SUBKEYS)
            return RNPCall.output { RNPCall.worked(rnp_key_export(primary, $0, flags)) }
        }
    }
#endif
