import NIOSSL

/// A certificate made for these tests with `openssl req -x509 -newkey ec -days 36500`, for `mx.out.test` and 127.0.0.1; its key is
/// no secret.
enum TestCertificate {
    static let certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBoDCCAUegAwIBAgIUFYBWSJbiN0oYT0sKZ0Vflw0/rU8wCgYIKoZIzj0EAwIw
        FjEUMBIGA1UEAwwLbXgub3V0LnRlc3QwIBcNMjYxMTI2MTkwODAyWhgPMjEyNjEx
        MDIxOTA4MDJaMBYxFDASBgNVBAMMC214Lm91dC50ZXN0MFkwEwYHKoZIzj0CAQYI
        KoZIzj0DAQcDQgAEXEHQFatyRw9GMwmFLi1NOIoRq0iBnv+kksBG7o2JA44CSaYV
        4le9MMrtOXiChyA7K7N/+r06av8ryh/mheJ8/qNxMG8wHQYDVR0OBBYEFALqREij
        cHyxqqYAvfhoqiiWv8DOMB8GA1UdIwQYMBaAFALqREijcHyxqqYAvfhoqiiWv8DO
        MA8GA1UdEwEB/wQFMAMBAf8wHAYDVR0RBBUwE4ILbXgub3V0LnRlc3SHBH8AAAEw
        CgYIKoZIzj0EAwIDRwAwRAIgfx5QEGlLZ0Fv2KB9M7yyofoiwmUE0GLo6ltlnwsb
        V2UCIHCddn7iNQzEruG95hUvJwuIjsOPNl2l1zdGxYoVq9m2
        -----END CERTIFICATE-----

        """

    static let key = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgHfplyiMxix4g+dxd
        Q7jngp7AsXYDeM5mQTFhghZcRzOhRANCAARcQdAVq3JHD0YzCYUuLU04ihGrSIGe
        /6SSwEbujYkDjgJJphXiV70wyu05eIKHIDsrs3/6vTpq/yvKH+aF4nz+
        -----END PRIVATE KEY-----

        """

    static func leaf() throws -> NIOSSLCertificate {
        try NIOSSLCertificate(bytes: Array(certificate.utf8), format: .pem)
    }

    /// As a client names it as its authority.
    static func der() throws -> [UInt8] { try leaf().toDERBytes() }

    static func server(
        _ change: (inout TLSConfiguration) -> Void = { _ in }
    ) throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: [.certificate(try leaf())],
            privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(key.utf8), format: .pem)))
        change(&configuration)
        return try NIOSSLContext(configuration: configuration)
    }
}
