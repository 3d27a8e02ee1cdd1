/// A message and its parts (RFC 2045, RFC 2046), read leniently.
///
/// One interpretation, whatever the message: the first of several fields or parameters of one name counts; a delimiter is a
/// line of `--`, the boundary, at the last `--`, and white space, nothing else; the innermost multipart that a delimiter
/// fits takes it; after its close-delimiter a multipart has no more parts; LF ends a line with CR or without. Where other
/// readers may see something else there is a finding, and ``isAmbiguous`` is true: such a message is better not shown as
/// if it were certain what it says.
///
/// Time is linear, memory is what the entities need: nothing of a body is copied. ``MIMELimits`` bound depth and number.
public struct MIMEMessage: Sendable {
    /// The message as it was given.
    public let bytes: [UInt8]
    /// The message itself, then its parts, each before its own parts.
    public let entities: [MIMEEntity]
    /// What is unusual: the first of each kind in each entity, in no particular order.
    public let findings: [MIMEFinding]
    /// Octets looked at and compared while the structure was read.
    package let visited: Int

    /// Reads the structure.
    public init(_ bytes: [UInt8], limits: MIMELimits = .standard) {
        var reader = MIMEReader(bytes, limits: limits)
        reader.read()
        self.bytes = bytes
        entities = reader.entities
        findings = reader.findings
        visited = reader.visited
    }

    /// Other readers may see other parts or texts.
    public var isAmbiguous: Bool { findings.contains(where: \.isAmbiguous) }

    /// The header section of an entity.
    public func header(of entity: MIMEEntity) -> HeaderSection {
        HeaderSection(Array(bytes[entity.headerRange.clamped(to: bytes.indices)]))
    }

    /// The body of an entity without its transfer encoding. For a multipart or message this is as if it were opaque.
    ///
    /// - Parameter limit: octets of the encoded body that are decoded at most.
    public func content(of entity: MIMEEntity, limit: Int = .max) -> DecodedContent {
        let body = bytes[entity.bodyRange.clamped(to: bytes.indices)]
        return entity.transferEncoding.decode(body.prefix(max(0, limit)))
    }

    /// The parts that are to be kept rather than read, each with a name that is safe to use. What is inside an attached
    /// message is part of that attachment.
    public var attachments: [Attachment] {
        var isInside: [Bool] = []
        var found: [Attachment] = []
        for (index, entity) in entities.enumerated() {
            let isPart = !entity.isMultipart && entity.isAttachment
            let isHidden = entity.parent.map { isInside[$0] } ?? false
            isInside.append(isHidden || entity.isAttachment)
            if isPart, !isHidden { found.append(Attachment(entity: index, name: AttachmentName(entity))) }
        }
        return found
    }
}
