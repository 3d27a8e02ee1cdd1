#if OpenPGP
    import CRnp

    /// How functions of librnp are called: each says whether it worked, most hand out something that must be given back.
    enum RNPCall {
        /// True: it worked.
        static func worked(_ result: rnp_result_t) -> Bool { result == 0 }

        /// The text that a function hands out; nil when it failed.
        static func text(_ call: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> rnp_result_t) -> String? {
            var text: UnsafeMutablePointer<CChar>?
            guard worked(call(&text)), let text else { return nil }
            defer { rnp_buffer_destroy(text) }
            return String(cString: text)
        }

        /// The yes or no that a function hands out; no when it failed.
        static func flag(_ call: (UnsafeMutablePointer<Bool>) -> rnp_result_t) -> Bool {
            var flag = false
            return worked(call(&flag)) && flag
        }

        /// The number that a function hands out; nil when it failed.
        static func number<Number: FixedWidthInteger>(
            _ call: (UnsafeMutablePointer<Number>) -> rnp_result_t
        ) -> Number? {
            var number: Number = 0
            return worked(call(&number)) ? number : nil
        }

        /// What a failed function means.
        static func words(_ result: rnp_result_t) -> String {
            rnp_result_to_string(result).map { String(cString: $0) } ?? "error \(result)"
        }

        /// What was written into memory by `body`; nil when it or the memory failed.
        static func output(_ body: (rnp_output_t) -> Bool) -> [UInt8]? {
            var output: rnp_output_t?
            guard worked(rnp_output_to_memory(&output, 0)), let output else { return nil }
            defer { rnp_output_destroy(output) }
            guard body(output) else { return nil }
            var buffer: UnsafeMutablePointer<UInt8>?
            var length = 0
            guard worked(rnp_output_memory_get_buf(output, &buffer, &length, false)), let buffer else { return nil }
            return Array(UnsafeBufferPointer(start: buffer, count: length))
        }

        /// Calls `body` with octets as an input.
        static func withInput<Value>(_ octets: [UInt8], _ body: (rnp_input_t) -> Value) -> Value? {
            octets.withUnsafeBufferPointer { buffer -> Value? in
                var input: rnp_input_t?
                // Not copied: the input ends before the octets do.
                guard worked(rnp_input_from_memory(&input, buffer.baseAddress, buffer.count, false)), let input
                else { return nil }
                defer { rnp_input_destroy(input) }
                return body(input)
            }
        }
    }
#endif
