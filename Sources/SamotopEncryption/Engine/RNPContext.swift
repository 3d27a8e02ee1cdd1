#if OpenPGP
    import CRnp

    /// One `rnp_ffi_t` with the keys of a recipient in it. librnp wants each to be used by one thread at a time.
    final class RNPContext {
        private let library: rnp_ffi_t
        /// Primary keys, in the order of the file.
        let primaries: [rnp_key_handle_t]
        /// For each of them what mail is encrypted to: itself or a subkey; nil: nothing.
        let encryptionKeys: [rnp_key_handle_t?]

        /// - Parameter blocks: pieces that are read one by one.
        init(_ blocks: [[UInt8]]) throws(KeyProblem) {
            var library: rnp_ffi_t?
            guard RNPCall.worked(rnp_ffi_create(&library, "GPG", "GPG")), let library else { throw .unreadable }
            self.library = library
            var order: [String] = []
            for block in blocks {
                // Secret keys are loaded only to be told from public ones.
                let flags = UInt32(RNP_LOAD_SAVE_PUBLIC_KEYS | RNP_LOAD_SAVE_SECRET_KEYS | RNP_LOAD_SAVE_PERMISSIVE)
                let result = RNPCall.withInput(block) { rnp_import_keys(library, $0, flags, nil) }
                guard result == 0 else { continue }
                for print in Self.fingerprints(library) where !order.contains(print) { order.append(print) }
            }
            var primaries: [rnp_key_handle_t] = []
            for print in order {
                var key: rnp_key_handle_t?
                guard RNPCall.worked(rnp_locate_key(library, "fingerprint", print, &key)), let key else { continue }
                if RNPCall.flag({ rnp_key_is_primary(key, $0) }) {
                    primaries.append(key)
                } else {
                    rnp_key_handle_destroy(key)
                }
            }
            self.primaries = primaries
            encryptionKeys = primaries.map { primary in
                var key: rnp_key_handle_t?
                return RNPCall.worked(rnp_key_get_default_key(primary, "encrypt", 0, &key)) ? key : nil
            }
        }

        deinit {
            for key in encryptionKeys { if let key { rnp_key_handle_destroy(key) } }
            for key in primaries { rnp_key_handle_destroy(key) }
            rnp_ffi_destroy(library)
        }

        /// Any of them is a secret key.
        var hasSecret: Bool { primaries.contains { key in RNPCall.flag { rnp_key_have_secret(key, $0) } } }

        /// Encrypts to some of the keys, by their places in ``primaries``.
        func encrypt(_ plaintext: [UInt8], to places: [Int], isAuthenticated: Bool) throws(EncryptionError) -> [UInt8] {
            var failure: rnp_result_t = 0
            let encrypted = RNPCall.withInput(plaintext) { input in
                RNPCall.output { output in
                    var operation: rnp_op_encrypt_t?
                    failure = rnp_op_encrypt_create(&operation, library, input, output)
                    guard failure == 0, let operation else { return false }
                    defer { rnp_op_encrypt_destroy(operation) }
                    failure = prepare(operation, places, isAuthenticated)
                    if failure == 0 { failure = rnp_op_encrypt_execute(operation) }
                    return failure == 0
                }
            }
            guard let encrypted = encrypted ?? nil else { throw .failed(RNPCall.words(failure)) }
            return encrypted
        }

        private func prepare(_ operation: rnp_op_encrypt_t, _ places: [Int], _ isAuthenticated: Bool) -> rnp_result_t {
            for place in places {
                let result = rnp_op_encrypt_add_recipient(operation, encryptionKeys[place])
                guard result == 0 else { return result }
            }
            let steps: [() -> rnp_result_t] = [
                { rnp_op_encrypt_set_armor(operation, true) },
                { rnp_op_encrypt_set_cipher(operation, "AES256") },
                { rnp_op_encrypt_set_aead(operation, isAuthenticated ? "OCB" : "None") },
                // How far a message can be compressed tells of what it says, and mail is small.
                { rnp_op_encrypt_set_compression(operation, "Uncompressed", 0) },
                { rnp_op_encrypt_set_file_name(operation, "") },
                { rnp_op_encrypt_set_file_mtime(operation, 0) },
            ]
            for step in steps {
                let result = step()
                guard result == 0 else { return result }
            }
            return 0
        }

        private static func fingerprints(_ library: rnp_ffi_t) -> [String] {
            var iterator: rnp_identifier_iterator_t?
            guard RNPCall.worked(rnp_identifier_iterator_create(library, &iterator, "fingerprint")), let iterator
            else { return [] }
            defer { rnp_identifier_iterator_destroy(iterator) }
            var found: [String] = []
            var name: UnsafePointer<CChar>?
            while RNPCall.worked(rnp_identifier_iterator_next(iterator, &name)), let print = name {
                found.append(String(cString: print))
            }
            return found
        }
    }
#endif
