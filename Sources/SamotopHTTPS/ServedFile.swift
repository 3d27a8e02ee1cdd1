public import NameResolution

/// A file that is served beside the policies.
public struct ServedFile: Sendable, Hashable {
    /// Its media type.
    public let contentType: String
    /// What is in it.
    public let octets: [UInt8]
    /// Scripts of any page may read it.
    public let isForEveryOrigin: Bool

    /// Makes a file.
    public init(_ octets: [UInt8], contentType: String, isForEveryOrigin: Bool = false) {
        self.octets = octets
        self.contentType = contentType
        self.isForEveryOrigin = isForEveryOrigin
    }
}

/// Has files that are served beside the policies.
public protocol ServedFiles: Sendable {
    /// The file at a path with its query, as it was asked for; nil: there is none.
    func file(at path: String, of host: DNSName) async -> ServedFile?
}
