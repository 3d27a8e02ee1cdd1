extension MTASTSPolicy {
    /// Reads a policy file; lines end in CRLF or LF.
    public init(_ file: some Collection<UInt8>) throws(MTASTSPolicyError) { fatalError() }
}
