/// A key whose signatures announce authenticated encryption (LibrePGP's features 0x03), as GnuPG makes them from version 2.3 on.
/// Its secret half is here since nobody uses it.
enum AuthenticatedKey {
    static let secret = Array(
        """
        -----BEGIN PGP PRIVATE KEY BLOCK-----

        xVgEawkwJRYJKwYBBAHaRw8BAQdAHiCZXxZNd/PhdUd6j9GLn38bCe5IFoMMFz/4
        I1+8j5kAAP4wkNrrE+4h1406nV2RVe5rRICssgG7XTb5NUF4kcHpwRHQzRVBZWEg
        PGFlYUBleGFtcGxlLm9yZz7ChAQTFggALAUCawkwJQIbAwILCQIVCAIWAAIeAxYh
        BMf8Z6dwTC5IxMASn6pbFM2o79YGAAoJEKpbFM2o79YGQSsA/jOgbMeIb7eZZnT+
        gYms77/0sC5bVYfQB4Pb06020zdXAQCSGckkGANb/yjUgwcd2G78utOJ/ByGmYfR
        SYtaKmBVD8ddBGsJMCUSCisGAQQBl1UBBQEBB0CY4/8gOWkQPjH5z7MEO++ejYcp
        rDqiuU9UNJmTSEAueQMBCAcAAP9mwwajbvCaYd/Hs9g3OlAiDpjqyumevJXIJ+n7
        CNvFmBODwngEGBYIACAFAmsJMCUCGwwWIQTH/GencEwuSMTAEp+qWxTNqO/WBgAK
        CRCqWxTNqO/WBnL+AQCPx719a/eh0O6vaUGoG7hPh7Bh+FoNF4hpf6tMB9gMYgEA
        3EATBGXFg8p/fOP+5gF53hOoql8F6jKYRF5WvWlxyAA=
        =KgTz
        -----END PGP PRIVATE KEY BLOCK-----

        """.utf8)

    static let published = Array(
        """
        -----BEGIN PGP PUBLIC KEY BLOCK-----

        xjMEawkwJRYJKwYBBAHaRw8BAQdAHiCZXxZNd/PhdUd6j9GLn38bCe5IFoMMFz/4
        I1+8j5nNFUFlYSA8YWVhQGV4YW1wbGUub3JnPsKEBBMWCAAsBQJrCTAlAhsDAgsJ
        AhUIAhYAAh4DFiEEx/xnp3BMLkjEwBKfqlsUzajv1gYACgkQqlsUzajv1gZBKwD+
        M6Bsx4hvt5lmdP6Biazvv/SwLltVh9AHg9vTrTbTN1cBAJIZySQYA1v/KNSDBx3Y
        bvy604n8HIaZh9FJi1oqYFUPzjgEawkwJRIKKwYBBAGXVQEFAQEHQJjj/yA5aRA+
        MfnPswQ7756NhymsOqK5T1Q0mZNIQC55AwEIB8J4BBgWCAAgBQJrCTAlAhsMFiEE
        x/xnp3BMLkjEwBKfqlsUzajv1gYACgkQqlsUzajv1gZy/gEAj8e9fWv3odDur2lB
        qBu4T4ewYfhaDReIaX+rTAfYDGIBANxAEwRlxYPKf3zj/uYBed4TqKpfBeoymERe
        Vr1pccgA
        =Q/rF
        -----END PGP PUBLIC KEY BLOCK-----

        """.utf8)
}
