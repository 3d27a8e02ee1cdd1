// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableExperimentalFeature("Lifetimes"),
]

/// Without MemberImportVisibility: an optimised build of a module that imports Foundation takes the members of C types for
/// CoreFoundation's, and refuses them (Swift 6.3).
let commandSettings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let nio: [Target.Dependency] = [
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOPosix", package: "swift-nio"),
    .product(name: "NIOSSL", package: "swift-nio-ssl"),
    .product(name: "NIOTLS", package: "swift-nio"),
]

let package = Package(
    name: "samotop",
    platforms: [.macOS(.v26)],
    products: [
        .library(name: "SMTP", targets: ["SMTP"]),
        .library(name: "InternetMessage", targets: ["InternetMessage"]),
        .library(name: "NameResolution", targets: ["NameResolution"]),
        .library(name: "SenderAuthentication", targets: ["SenderAuthentication"]),
        .library(name: "UnboundResolver", targets: ["UnboundResolver"]),
        .library(name: "SamotopCore", targets: ["SamotopCore"]),
        .library(name: "SamotopServer", targets: ["SamotopServer"]),
        .library(name: "SamotopGuards", targets: ["SamotopGuards"]),
        .library(name: "SamotopContacts", targets: ["SamotopContacts"]),
        .library(name: "SamotopContactFolders", targets: ["SamotopContactFolders"]),
        .library(name: "SamotopSQLite", targets: ["SamotopSQLite"]),
        .library(name: "SamotopWeb", targets: ["SamotopWeb"]),
        .library(name: "SamotopDelivery", targets: ["SamotopDelivery"]),
        .library(name: "SamotopJournal", targets: ["SamotopJournal"]),
        .library(name: "SamotopEncryption", targets: ["SamotopEncryption"]),
        .library(name: "TransportSecurity", targets: ["TransportSecurity"]),
        .library(name: "SamotopClient", targets: ["SamotopClient"]),
        .library(name: "SamotopQueue", targets: ["SamotopQueue"]),
        .library(name: "SamotopRelay", targets: ["SamotopRelay"]),
        .library(name: "SamotopSigning", targets: ["SamotopSigning"]),
        .library(name: "SamotopHTTPS", targets: ["SamotopHTTPS"]),
        .library(name: "ACME", targets: ["ACME"]),
        .library(name: "OAuth", targets: ["OAuth"]),
        .library(name: "SamotopReports", targets: ["SamotopReports"]),
        .library(name: "SamotopWebhooks", targets: ["SamotopWebhooks"]),
        .library(name: "SamotopTesting", targets: ["SamotopTesting"]),
        .executable(name: "samotop", targets: ["SamotopCommand"]),
    ],
    traits: [
        .trait(
            name: "Unbound",
            description: "A validating resolver by libunbound, which must be installed (Debian: libunbound-dev)"),
        .trait(
            name: "SQLite", description: "Stores on SQLite, which must be installed (Debian: libsqlite3-dev)"),
        .trait(name: "Web", description: "The pages where people decide, on Hummingbird"),
        .trait(
            name: "OpenPGP",
            description: "Encryption at rest to OpenPGP keys by librnp, which must be installed (Debian: librnp-dev)"),
        .trait(
            name: "SMIME",
            description: """
                Encryption at rest to certificates by OpenSSL's libcrypto 3, which must be installed (Debian: libssl-dev)
                """),
        .default(enabledTraits: ["Unbound", "SQLite", "Web", "OpenPGP", "SMIME"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.0"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-metrics.git", from: "2.13.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-certificates.git", from: "1.21.0"),
        .package(url: "https://github.com/apple/swift-asn1.git", from: "1.7.0"),
        .package(url: "https://github.com/jpsim/Yams.git", from: "6.2.0"),
        .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.0"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache.git", from: "2.1.0"),
    ],
    targets: [
        .target(name: "SMTP", swiftSettings: settings),
        .target(name: "InternetMessage", dependencies: ["SMTP"], swiftSettings: settings),
        .target(name: "NameResolution", swiftSettings: settings),
        .target(
            name: "SASL",
            dependencies: [
                "SMTP", "InternetMessage",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
            ],
            swiftSettings: settings),
        .target(
            name: "OAuth",
            dependencies: [
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
            ],
            swiftSettings: settings),
        .target(
            name: "SenderAuthentication",
            dependencies: [
                "InternetMessage", "NameResolution",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
            ],
            swiftSettings: settings),
        // Without pkg-config: Debian's file asks for libevent's, which isn't needed, and SwiftPM warns of that.
        .systemLibrary(name: "CUnbound", providers: [.apt(["libunbound-dev"])]),
        .target(
            name: "UnboundResolver",
            dependencies: ["NameResolution", .target(name: "CUnbound", condition: .when(traits: ["Unbound"]))],
            swiftSettings: settings),
        .target(name: "CLinux"),
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "SamotopCore", dependencies: ["SMTP", "InternetMessage", "CLinux"], swiftSettings: settings),
        .target(
            name: "SamotopGuards", dependencies: ["SamotopCore", "SenderAuthentication", "NameResolution"],
            swiftSettings: settings),
        .target(
            name: "SamotopContacts", dependencies: ["SMTP", "InternetMessage", "SamotopCore"], swiftSettings: settings),
        .target(
            name: "SamotopContactFolders",
            dependencies: [
                "SMTP", "InternetMessage", "SamotopCore", "SamotopContacts", "SamotopDelivery",
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            swiftSettings: settings),
        .target(
            name: "SamotopSQLite",
            dependencies: [
                "NameResolution", "SMTP", "SamotopContacts", "SamotopCore", "SamotopDelivery", "SamotopQueue",
                "SamotopReports",
                "SenderAuthentication", "TransportSecurity", .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "GRDB", package: "GRDB.swift", condition: .when(traits: ["SQLite"])),
            ],
            swiftSettings: commandSettings),
        .target(
            name: "SamotopWeb",
            dependencies: [
                "SMTP", "InternetMessage", "NameResolution", "TransportSecurity", "SamotopAccounts", "SamotopCore",
                "SamotopContacts", "SamotopDelivery", "SamotopQueue", "SamotopRelay",
                .product(name: "Hummingbird", package: "hummingbird", condition: .when(traits: ["Web"])),
                .product(name: "Mustache", package: "swift-mustache", condition: .when(traits: ["Web"])),
                .product(name: "Crypto", package: "swift-crypto", condition: .when(traits: ["Web"])),
                .product(name: "CryptoExtras", package: "swift-crypto", condition: .when(traits: ["Web"])),
            ],
            resources: [.embedInCode("Resources")], swiftSettings: commandSettings),
        .target(name: "SamotopDelivery", dependencies: ["SamotopCore", "CLinux"], swiftSettings: settings),
        .target(
            name: "SamotopJournal",
            dependencies: ["SamotopCore", .product(name: "Crypto", package: "swift-crypto")],
            swiftSettings: settings),
        // Without pkg-config, which the library needs for nothing.
        .systemLibrary(name: "CRnp", providers: [.apt(["librnp-dev"])]),
        // Empty without its trait: all targets of a package are compiled.
        .target(
            name: "CCMS", cSettings: [.define("SMIME", .when(traits: ["SMIME"]))],
            linkerSettings: [.linkedLibrary("crypto", .when(traits: ["SMIME"]))]),
        .target(
            name: "SamotopEncryption",
            dependencies: [
                "SMTP", "InternetMessage", "SamotopCore", .target(name: "CRnp", condition: .when(traits: ["OpenPGP"])),
                .target(name: "CCMS", condition: .when(traits: ["SMIME"])), "TransportSecurity",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
                .product(name: "X509", package: "swift-certificates"),
            ],
            swiftSettings: settings),
        .target(
            name: "SamotopServer",
            dependencies: [
                "SamotopCore",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ] + nio,
            swiftSettings: settings),
        .target(
            name: "TransportSecurity",
            dependencies: [
                "InternetMessage", "NameResolution",
                .product(name: "X509", package: "swift-certificates"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            swiftSettings: settings),
        .target(
            name: "SamotopClient",
            dependencies: [
                "SMTP", "SASL",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
            ] + nio,
            swiftSettings: settings),
        .target(
            name: "SamotopQueue",
            dependencies: [
                "SMTP", "InternetMessage", "SamotopCore", "CLinux", .product(name: "Crypto", package: "swift-crypto"),
            ],
            swiftSettings: settings),
        .target(
            name: "SamotopRelay",
            dependencies: [
                "SMTP", "InternetMessage", "NameResolution", "TransportSecurity", "SamotopCore", "SamotopQueue",
                "SamotopClient",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            swiftSettings: settings),
        .target(
            name: "SamotopAccounts",
            dependencies: [
                "SASL", "SamotopCore",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
            ],
            swiftSettings: settings),
        .target(
            name: "SamotopSubmission",
            dependencies: [
                "SASL", "OAuth", "SMTP", "InternetMessage", "TransportSecurity", "SamotopCore", "SamotopAccounts",
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            swiftSettings: settings),
        .target(
            name: "SamotopSigning",
            dependencies: [
                "SMTP", "InternetMessage", "NameResolution", "SenderAuthentication", "SamotopCore", "SamotopQueue",
            ],
            swiftSettings: settings),
        .target(
            name: "SamotopReports",
            dependencies: [
                "SMTP", "InternetMessage", "NameResolution", "SenderAuthentication", "TransportSecurity", "SamotopCore",
                "CZlib",
            ],
            swiftSettings: commandSettings),
        .target(
            name: "SamotopTesting", dependencies: ["SMTP", "SamotopCore", "SamotopContacts"], swiftSettings: settings),
        .target(
            name: "SamotopHTTPS",
            dependencies: [
                "NameResolution", "TransportSecurity",
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
                .product(name: "X509", package: "swift-certificates"),
            ] + nio,
            swiftSettings: settings),
        .target(
            name: "ACME",
            dependencies: [
                .product(name: "X509", package: "swift-certificates"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            swiftSettings: settings),
        .target(
            name: "SamotopACME",
            dependencies: [
                "ACME", "NameResolution", "SamotopHTTPS", "SamotopServer", "TransportSecurity",
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "Crypto", package: "swift-crypto"),
            ] + nio,
            swiftSettings: settings),
        .target(
            name: "SamotopWebhooks",
            dependencies: ["SMTP", "SamotopCore", "SamotopQueue", .product(name: "Crypto", package: "swift-crypto")],
            swiftSettings: settings),
        .target(
            name: "TransportSecurityTesting", dependencies: ["NameResolution", "SamotopTesting", "TransportSecurity"],
            swiftSettings: settings),
        .target(
            name: "SamotopReportsTesting",
            dependencies: ["NameResolution", "SamotopReports", "SamotopTesting", "SenderAuthentication"],
            swiftSettings: settings),
        .executableTarget(
            name: "SamotopCommand",
            dependencies: [
                "SamotopServer", "SamotopGuards", "SamotopDelivery", "SamotopJournal", "SamotopEncryption",
                "NameResolution",
                "SenderAuthentication", "SamotopContacts", "SamotopContactFolders", "SamotopSQLite", "SamotopWeb",
                "SamotopClient", "SamotopQueue", "SamotopRelay", "SamotopSigning", "SamotopHTTPS", "SamotopWebhooks",
                "SamotopAccounts", "SamotopSubmission", "SASL", "OAuth", "ACME", "SamotopACME", "CLinux",
                "TransportSecurity",
                .target(name: "UnboundResolver", condition: .when(traits: ["Unbound"])), "Yams",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "X509", package: "swift-certificates"),
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            swiftSettings: commandSettings),
        .executableTarget(
            name: "SamotopExample", dependencies: ["SamotopDelivery", "SamotopGuards", "SamotopServer"],
            path: "Examples/Embedded", swiftSettings: settings),
        .executableTarget(
            name: "AuthenticatingExample",
            dependencies: [
                "InternetMessage", "NameResolution", "SenderAuthentication",
                .target(name: "UnboundResolver", condition: .when(traits: ["Unbound"])),
            ],
            path: "Examples/Authenticating", swiftSettings: commandSettings),
        .executableTarget(
            name: "SigningExample", dependencies: ["InternetMessage", "NameResolution", "SenderAuthentication"],
            path: "Examples/Signing", swiftSettings: commandSettings),
        .executableTarget(
            name: "PagesExample",
            dependencies: [
                "SamotopWeb", "SamotopAccounts", "SamotopContacts", "SamotopCore", "SamotopDelivery", "SamotopQueue",
                "SamotopRelay", "TransportSecurity",
                "NameResolution", "InternetMessage", "SMTP",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
                .product(name: "X509", package: "swift-certificates"),
            ],
            path: "Examples/Pages", swiftSettings: commandSettings),

        .testTarget(
            name: "SMTPTests", dependencies: ["SMTP"], resources: [.copy("Resources")], swiftSettings: settings),
        .testTarget(
            name: "InternetMessageTests", dependencies: ["InternetMessage"], resources: [.copy("Resources")],
            swiftSettings: settings),
        .testTarget(name: "SASLTests", dependencies: ["SASL", "SMTP"], swiftSettings: settings),
        .testTarget(
            name: "OAuthTests",
            dependencies: [
                "OAuth", "SamotopTesting", "SamotopCore",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
            ], swiftSettings: settings),
        .testTarget(
            name: "SamotopAccountsTests", dependencies: ["SamotopAccounts", "SamotopTesting"], swiftSettings: settings),
        .testTarget(
            name: "SamotopSubmissionTests",
            dependencies: [
                "SamotopSubmission", "SamotopTesting", "SamotopClient", "SASL", "OAuth", "SamotopAccounts",
                "TransportSecurity",
                .product(name: "X509", package: "swift-certificates"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            swiftSettings: settings),
        .testTarget(name: "NameResolutionTests", dependencies: ["NameResolution"], swiftSettings: settings),
        .testTarget(
            name: "SenderAuthenticationTests", dependencies: ["SenderAuthentication", "Yams"],
            resources: [.copy("Resources")], swiftSettings: settings),
        // The fuzzers' sources, by a link: what they found is played in every test run, without libFuzzer.
        .testTarget(
            name: "FuzzReplayTests",
            dependencies: [
                "SMTP", "InternetMessage", "NameResolution", "SenderAuthentication", "SamotopCore", "SamotopGuards",
                "SamotopJournal", "SamotopContacts", "SamotopTesting", "TransportSecurity", "SamotopReports", "SASL",
                "OAuth",
            ],
            swiftSettings: settings),
        .testTarget(name: "UnboundResolverTests", dependencies: ["UnboundResolver"], swiftSettings: settings),
        .testTarget(name: "SamotopCoreTests", dependencies: ["SamotopTesting"], swiftSettings: settings),
        .testTarget(
            name: "SamotopGuardsTests", dependencies: ["SamotopGuards", "SamotopTesting"], swiftSettings: settings),
        .testTarget(
            name: "DialogueTests",
            dependencies: ["SamotopTesting", "SamotopGuards", "SamotopServer"], swiftSettings: settings),
        .testTarget(
            name: "SamotopServerTests",
            dependencies: [
                "SamotopServer", "SamotopTesting", "SamotopGuards", .product(name: "NIOEmbedded", package: "swift-nio"),
            ] + nio, swiftSettings: settings),
        .testTarget(
            name: "SamotopDeliveryTests", dependencies: ["SamotopDelivery", "SamotopTesting"], swiftSettings: settings),
        .testTarget(
            name: "SamotopContactsTests", dependencies: ["SamotopContacts", "SamotopTesting"], swiftSettings: settings),
        .testTarget(
            name: "SamotopContactFoldersTests", dependencies: ["SamotopContactFolders", "SamotopTesting"],
            swiftSettings: settings),
        .testTarget(
            name: "SamotopSQLiteTests",
            dependencies: [
                "SamotopSQLite", "SamotopTesting", "SamotopContacts", "SamotopDelivery", "SMTP", "NameResolution",
                "TransportSecurity",
                "TransportSecurityTesting", "SamotopQueue", "SamotopReports", "SamotopReportsTesting",
                "SenderAuthentication",
                .product(name: "GRDB", package: "GRDB.swift", condition: .when(traits: ["SQLite"])),
            ],
            swiftSettings: commandSettings),
        .testTarget(
            name: "SamotopWebTests",
            dependencies: [
                "SamotopWeb", "SamotopAccounts",
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "Hummingbird", package: "hummingbird", condition: .when(traits: ["Web"])),
            ],
            resources: [.copy("Resources")], swiftSettings: commandSettings),
        .testTarget(
            name: "SamotopJournalTests", dependencies: ["SamotopJournal", "SamotopTesting"], swiftSettings: settings),
        .testTarget(
            name: "SamotopEncryptionTests",
            dependencies: [
                "InternetMessage", "SamotopEncryption", "SamotopTesting", "SamotopJournal", "SamotopDelivery",
            ],
            swiftSettings: commandSettings),
        .testTarget(
            name: "TransportSecurityTests",
            dependencies: ["TransportSecurity", "TransportSecurityTesting", "SamotopTesting"],
            resources: [.copy("Fixtures")],
            swiftSettings: settings),
        .testTarget(
            name: "SamotopReportsTests",
            dependencies: [
                "SamotopReports", "SamotopReportsTesting", "SamotopTesting", "SMTP", "InternetMessage",
                "NameResolution",
                "SenderAuthentication", "TransportSecurity", "SamotopCore",
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            swiftSettings: commandSettings),
        .testTarget(
            name: "SamotopHTTPSTests",
            dependencies: [
                "SamotopHTTPS", "NameResolution", "TransportSecurity",
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "X509", package: "swift-certificates"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
                .product(name: "Crypto", package: "swift-crypto"),
            ] + nio,
            swiftSettings: settings),
        .testTarget(
            name: "ACMETests",
            dependencies: [
                "ACME",
                .product(name: "X509", package: "swift-certificates"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "SamotopClientTests",
            dependencies: ["SamotopClient", "SASL", .product(name: "NIOEmbedded", package: "swift-nio")] + nio,
            swiftSettings: settings),
        .testTarget(
            name: "SamotopQueueTests", dependencies: ["SamotopQueue", "SamotopTesting"], swiftSettings: settings),
        .testTarget(
            name: "SamotopRelayTests",
            dependencies: [
                "SamotopRelay", "SamotopTesting", .product(name: "NIOEmbedded", package: "swift-nio"),
            ] + nio, swiftSettings: settings),
        .testTarget(
            name: "SamotopSigningTests",
            dependencies: [
                "SamotopSigning", "SamotopTesting", "SamotopDelivery", "SamotopRelay", "SamotopGuards",
                "SamotopContacts",
            ],
            swiftSettings: settings),
        .testTarget(
            name: "SamotopWebhooksTests",
            dependencies: [
                "SamotopWebhooks", "SamotopQueue", "SamotopTesting", "SamotopCore", "SMTP",
                .product(name: "Crypto", package: "swift-crypto"),
            ], swiftSettings: settings),
        .testTarget(name: "SamotopCommandTests", dependencies: ["SamotopCommand"], swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)
