#if OpenPGP
    import CRnp

    /// What librnp tells of one key.
    struct RNPKeyReader {
        let primary: rnp_key_handle_t
        let encryption: rnp_key_handle_t?

        func read() -> RecipientKey {
            let used = encryption ?? primary
            let algorithm = algorithm(of: used)
            return RecipientKey(
                fingerprint: RNPCall.text { rnp_key_get_fprint(primary, $0) } ?? "", userIDs: userIDs,
                algorithm: algorithm.words, created: Int64(RNPCall.number { rnp_key_get_creation(primary, $0) } ?? 0),
                expires: expires, fault: fault, allowsAEAD: allowsAEAD, armored: armored)
        }

        private var fault: KeyProblem? {
            if RNPCall.flag({ rnp_key_is_revoked(primary, $0) }) { return .revoked }
            for key in [primary] + (encryption.map { [$0] } ?? []) {
                let algorithm = algorithm(of: key)
                if algorithm.isSized, algorithm.bits < RecipientKey.minimumBits {
                    return .weak(algorithm: algorithm.name, bits: algorithm.bits)
                }
            }
            // Its expiry is told with the day, and an expired key has no valid subkey.
            if expires.map({ $0 > 0 }) == true, RNPCall.flag({ rnp_key_is_expired(primary, $0) }) { return nil }
            guard let encryption else { return hadEncryptionKey ? nil : .noEncryptionKey }
            guard RNPCall.flag({ rnp_key_is_valid(encryption, $0) }) else { return .noEncryptionKey }
            let algorithm = algorithm(of: encryption)
            return ["RSA", "ECDH"].contains(algorithm.name) ? nil : .unsupported(algorithm: algorithm.name)
        }

        /// A subkey for encryption that is only expired: its day says what is wrong.
        private var hadEncryptionKey: Bool { expiredSubkey != nil }

        private var expiredSubkey: Int64? {
            subkeys { key in
                guard RNPCall.flag({ rnp_key_allows_usage(key, "encrypt", $0) }),
                    !RNPCall.flag({ rnp_key_is_revoked(key, $0) }), RNPCall.flag({ rnp_key_is_expired(key, $0) })
                else { return nil }
                return end(of: key)
            }.max()
        }

        private func subkeys<Value>(_ body: (rnp_key_handle_t) -> Value?) -> [Value] {
            let count: Int = RNPCall.number { rnp_key_get_subkey_count(primary, $0) } ?? 0
            return (0..<count).compactMap { index in
                var key: rnp_key_handle_t?
                guard RNPCall.worked(rnp_key_get_subkey_at(primary, index, &key)), let key else { return nil }
                defer { rnp_key_handle_destroy(key) }
                return body(key)
            }
        }

        /// The earlier end of key and subkey.
        private var expires: Int64? {
            let ends = [end(of: primary)] + (encryption.map { [end(of: $0)] } ?? [expiredSubkey])
            return ends.compactMap { $0 }.min()
        }

        private func end(of key: rnp_key_handle_t) -> Int64? {
            // The seconds after creation; `rnp_key_valid_till64` says 0 for a key that isn't valid any more.
            guard let seconds: UInt32 = RNPCall.number({ rnp_key_get_expiration(key, $0) }), seconds > 0,
                let created: UInt32 = RNPCall.number({ rnp_key_get_creation(key, $0) })
            else { return nil }
            return Int64(created) + Int64(seconds)
        }

        private struct Algorithm {
            var name: String
            var bits: Int
            var curve: String?

            /// Its strength is told by its bits.
            var isSized: Bool { ["RSA", "ELGAMAL", "DSA"].contains(name) }

            var words: String { curve.map { "\(name), \($0)" } ?? "\(name), \(bits) bits" }
        }

        private func algorithm(of key: rnp_key_handle_t) -> Algorithm {
            Algorithm(
                name: RNPCall.text { rnp_key_get_alg(key, $0) } ?? "an unknown algorithm",
                bits: Int(RNPCall.number { (bits: UnsafeMutablePointer<UInt32>) in rnp_key_get_bits(key, bits) } ?? 0),
                curve: RNPCall.text { rnp_key_get_curve(key, $0) })
        }

        private var userIDs: [String] {
            let count: Int = RNPCall.number { rnp_key_get_uid_count(primary, $0) } ?? 0
            var found: [(isPrimary: Bool, text: String)] = []
            for index in 0..<count {
                var handle: rnp_uid_handle_t?
                guard RNPCall.worked(rnp_key_get_uid_handle_at(primary, index, &handle)), let handle else { continue }
                defer { rnp_uid_handle_destroy(handle) }
                // An expired key's user ids don't count as valid, and are shown all the same.
                guard !RNPCall.flag({ rnp_uid_is_revoked(handle, $0) }),
                    RNPCall.flag({ rnp_uid_is_valid(handle, $0) })
                        || RNPCall.flag({ rnp_key_is_expired(primary, $0) }),
                    let text = RNPCall.text({ rnp_key_get_uid_at(primary, index, $0) })
                else { continue }
                found.append((RNPCall.flag { rnp_uid_is_primary(handle, $0) }, text))
            }
            return found.filter(\.isPrimary).map(\.text) + found.filter { !$0.isPrimary }.map(\.text)
        }

        /// The newest valid signature that the key made over a user id says which features its owner's programs have.
        private var allowsAEAD: Bool {
            let count: Int = RNPCall.number { rnp_key_get_signature_count(primary, $0) } ?? 0
            let own = RNPCall.text { rnp_key_get_keyid(primary, $0) }
            var newest: (created: UInt32, features: String)?
            func look(at signature: rnp_signature_handle_t) {
                guard RNPCall.worked(rnp_signature_is_valid(signature, 0)),
                    RNPCall.text({ rnp_signature_get_keyid(signature, $0) }) == own,
                    let created: UInt32 = RNPCall.number({ rnp_signature_get_creation(signature, $0) }),
                    created >= newest?.created ?? 0,
                    let json = RNPCall.text({ rnp_signature_packet_to_json(signature, 0, $0) })
                else { return }
                newest = (created, json)
            }
            func each(_ count: Int, _ at: (Int, UnsafeMutablePointer<rnp_signature_handle_t?>) -> rnp_result_t) {
                for index in 0..<count {
                    var signature: rnp_signature_handle_t?
                    guard RNPCall.worked(at(index, &signature)), let signature else { continue }
                    look(at: signature)
                    rnp_signature_handle_destroy(signature)
                }
            }
            each(count) { rnp_key_get_signature_at(primary, $0, $1) }
            let ids: Int = RNPCall.number { rnp_key_get_uid_count(primary, $0) } ?? 0
            for index in 0..<ids {
                var handle: rnp_uid_handle_t?
                guard RNPCall.worked(rnp_key_get_uid_handle_at(primary, index, &handle)), let handle else { continue }
                defer { rnp_uid_handle_destroy(handle) }
                each(RNPCall.number { rnp_uid_get_signature_count(handle, $0) } ?? 0) {
                    rnp_uid_get_signature_at(handle, $0, $1)
                }
            }
            return newest?.features.filter { !$0.isWhitespace }.contains("\"aead\":true") ?? false
        }

        private var armored: [UInt8] {
            let flags = UInt32(RNP_KEY_EXPORT_ARMORED | RNP_KEY_EXPORT_PUBLIC | RNP_KEY_EXPORT_SUBKEYS)
            return RNPCall.output { RNPCall.worked(rnp_key_export(primary, $0, flags)) } ?? []
        }
    }
#endif
