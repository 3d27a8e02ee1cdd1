// Signs a message: `swift run SigningExample KEY.pem example.org SELECTOR <message.eml >signed.eml`
import Foundation
import InternetMessage
import NameResolution
import SenderAuthentication

let arguments = CommandLine.arguments
guard arguments.count >= 4, let domain = DNSName(arguments[2]), let selector = DNSName(arguments[3]) else {
    print("usage: SigningExample KEY.pem DOMAIN SELECTOR [simple|relaxed]")
    exit(64)
}
let key = try DKIMPrivateKey(pem: Array(try Data(contentsOf: URL(fileURLWithPath: arguments[1]))))
var signer = DKIMSigner(key: key, domain: domain, selector: selector)
if arguments.count > 4, let canonicalization = Canonicalization(rawValue: arguments[4]) {
    signer.headerCanonicalization = canonicalization
    signer.bodyCanonicalization = canonicalization
}
// The hash of the body is made while the message streams in.
var reader = SignedMessageReader(bodyHashes: [signer.bodyHash])
var octets: [UInt8] = []
while let slice = try FileHandle.standardInput.read(upToCount: 65_536), !slice.isEmpty {
    reader.push(Array(slice))
    octets += slice
}
let field = try signer.sign(reader.finish(), now: Int64(Date().timeIntervalSince1970))
FileHandle.standardOutput.write(Data(field.raw + octets))
