import Foundation
import NameResolution
import SenderAuthentication

/// The cases of the suites in Resources, as they are written there.
enum DMARCSuites {
    static func read<Cases: Decodable>(_ path: String, as type: Cases.Type = Cases.self) throws -> Cases {
        let file = Bundle.module.bundleURL.appending(path: "Resources/\(path).json")
        return try JSONDecoder().decode(type, from: Data(contentsOf: file))
    }

    struct Record: Decodable {
        struct URI: Decodable {
            let uri: String
            let max: UInt64?
            let unit: String?
        }
        let record: String
        let valid: Bool
        let p: String?
        let rua: [URI]?
        let ruf: [URI]?
    }

    /// Cases with the records that they are about.
    struct World<Case: Decodable>: Decodable {
        let dns: [String: TXT]
        let cases: [Case]

        /// The records as a resolver.
        var zone: ZoneResolver {
            var zone = ZoneResolver()
            for (owner, txt) in dns {
                switch txt {
                case .texts(let texts):
                    for text in texts { zone.add(DMARCZone.name(owner), .txt, .text([Array(text.utf8)])) }
                case .failure:
                    zone.fail(DMARCZone.name(owner), .serverFailure)
                }
            }
            return zone
        }
    }

    /// The TXT records of a name, or that it can't be asked about.
    enum TXT: Decodable {
        case texts([String])
        case failure

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            self = (try? container.decode([String].self)).map(TXT.texts) ?? .failure
        }
    }

    struct Verification: Decodable {
        struct SPF: Decodable {
            let result: String
            let domain: String?
        }
        struct DKIM: Decodable {
            let d: String
            let result: String
        }
        struct Expected: Decodable {
            let result: String
            let reject: Bool
            let aligned_spf_pass: Bool
            let aligned_dkim_pass: Bool
            let record_domain: String
        }
        let id: String
        let from: String
        let dkim: [DKIM]
        let spf: SPF
        let expected: Expected

        /// What passed, or could not be decided.
        func identifiers(_ result: String) -> [AuthenticatedIdentifier] {
            let spf = spf.result == result ? spf.domain.map { AuthenticatedIdentifier(.spf, DMARCZone.name($0)) } : nil
            let dkim = dkim.filter { $0.result == result }.map { AuthenticatedIdentifier(.dkim, DMARCZone.name($0.d)) }
            return (spf.map { [$0] } ?? []) + dkim
        }
    }

    struct Lookup: Decodable {
        let domain: String
        let status: String
        let record_domain: String
        let found: Bool
    }

    struct ExternalReport: Decodable {
        let dmarc_domain: String
        let destination: String
        let accepts: Bool
        let status: String
    }

    struct Alignment: Decodable {
        let a: String
        let b: String
        let mode: String
        let aligned: Bool
    }

    struct FromDomain: Decodable {
        let header: String
        let domain: String
    }
}
