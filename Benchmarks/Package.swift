// swift-tools-version: 6.2
// A package of its own, so that building the product never builds a benchmark. Build it into the product's folder
// (swift build --package-path Benchmarks --scratch-path .build -c release): what the two share is compiled once.
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let package = Package(
    name: "samotop-benchmarks",
    platforms: [.macOS(.v26)],
    dependencies: [
        .package(name: "samotop", path: ".."),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.0"),
        .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.10.0"),
    ],
    targets: [
        .executableTarget(
            name: "GrammarBenchmark", dependencies: [.product(name: "SMTP", package: "samotop")],
            swiftSettings: settings),
        .executableTarget(
            name: "ScannerBenchmark", dependencies: [.product(name: "SMTP", package: "samotop")],
            swiftSettings: settings),
        .executableTarget(
            name: "SenderBenchmark",
            dependencies: [
                .product(name: "InternetMessage", package: "samotop"),
                .product(name: "NameResolution", package: "samotop"),
                .product(name: "SenderAuthentication", package: "samotop"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
            ],
            swiftSettings: settings),
        .executableTarget(
            name: "ClientBenchmark",
            dependencies: [
                .product(name: "SMTP", package: "samotop"),
                .product(name: "SamotopClient", package: "samotop"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: settings),
        .executableTarget(
            name: "QueueBenchmark",
            dependencies: [
                .product(name: "SMTP", package: "samotop"),
                .product(name: "SamotopCore", package: "samotop"),
                .product(name: "SamotopQueue", package: "samotop"),
            ],
            swiftSettings: settings),
        .executableTarget(
            name: "DirectoryBenchmark",
            dependencies: [
                .product(name: "SMTP", package: "samotop"),
                .product(name: "SamotopCore", package: "samotop"),
                .product(name: "SamotopDelivery", package: "samotop"),
                .product(name: "SamotopSQLite", package: "samotop"),
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: settings),
        .executableTarget(
            name: "SealingBenchmark", dependencies: [.product(name: "SamotopEncryption", package: "samotop")],
            swiftSettings: settings),
        .executableTarget(
            name: "NullServer",
            dependencies: [
                .product(name: "SMTP", package: "samotop"),
                .product(name: "SamotopCore", package: "samotop"),
                .product(name: "SamotopServer", package: "samotop"),
            ],
            swiftSettings: settings),
        .executableTarget(
            name: "WireServer",
            dependencies: [
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)
