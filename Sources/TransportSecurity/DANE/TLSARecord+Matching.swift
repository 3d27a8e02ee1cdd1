import Crypto
import NameResolution

extension TLSARecord {
    /// Whether the association data is that of the certificate (RFC 6698 §2.1.2 and §2.1.3). Which usage it is doesn't
    /// matter here.
    func matches(_ certificate: PresentedCertificate) -> Bool {
        let selected: [UInt8]
        switch selector {
        case 0: selected = certificate.der
        case 1:
            guard let publicKey = certificate.publicKey else { return false }
            selected = publicKey
        default: return false
        }
        return switch matchingType {
        case 0: selected == data
        case 1: Array(SHA256.hash(data: selected)) == data
        case 2: Array(SHA512.hash(data: selected)) == data
        default: false
        }
    }
}
