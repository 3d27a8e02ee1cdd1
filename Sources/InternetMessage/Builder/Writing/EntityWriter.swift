import SMTP

/// Writes a tree of parts from its leaves up, so that a boundary is chosen when all that stands between its delimiters is
/// there. The containers that are open are a list: there is no recursion.
struct EntityWriter {
    private struct OpenPart {
        let part: MessagePart
        var children: [MessagePart]
        var written: [WrittenEntity] = []
        let isSigned: Bool
        var signer: MessagePart.Signer?
    }

    let extensions: Extensions
    private var open: [OpenPart] = []
    private var count = 0

    init(extensions: Extensions) {
        self.extensions = extensions
    }

    /// - Parameters:
    ///   - isSigned: it is to be signed as a whole.
    ///   - isLast: it is the body of a message.
    mutating func write(
        _ root: MessagePart, isSigned: Bool, isLast: Bool, using randomness: inout some RandomNumberGenerator
    ) throws(MessageBuilderError) -> WrittenEntity {
        try enter(root, isSigned: isSigned)
        while var top = open.popLast() {
            if top.written.count < top.children.count {
                let child = top.children[top.written.count]
                let isChildSigned = top.isSigned || top.signer != nil
                open.append(top)
                try enter(child, isSigned: isChildSigned)
                continue
            }
            if let signer = top.signer, let signed = top.written.first {
                guard let signature = signer(signed.bytes) else { throw .notSigned }
                top.children.append(signature)
                top.signer = nil
                open.append(top)
                continue
            }
            let entity = try finish(top, isLast: isLast && open.isEmpty, using: &randomness)
            guard var parent = open.popLast() else { return entity }
            parent.written.append(entity)
            open.append(parent)
        }
        throw .wrongNumberOfParts
    }

    private mutating func enter(_ part: MessagePart, isSigned: Bool) throws(MessageBuilderError) {
        count += 1
        guard count <= MessagePart.maximumParts, open.count <= MessagePart.maximumDepth else { throw .tooManyParts }
        var children: [MessagePart] = []
        switch part.content {
        case .multipart(let parts):
            children = parts
            guard !parts.isEmpty else { throw .wrongNumberOfParts }
        case .tooDeep: throw .tooManyParts
        case .text, .octets, .message, .entity: break
        }
        open.append(OpenPart(part: part, children: children, isSigned: isSigned, signer: part.signer))
    }

    private func finish(
        _ open: OpenPart, isLast: Bool, using randomness: inout some RandomNumberGenerator
    ) throws(MessageBuilderError) -> WrittenEntity {
        let leaf = LeafWriter(part: open.part, extensions: extensions, isSigned: open.isSigned, isLast: isLast)
        switch open.part.content {
        case .text(let text): return try leaf.text(text)
        case .octets(let octets): return try leaf.octets(octets)
        case .message(let octets): return try leaf.message(octets)
        case .entity(let octets): return try leaf.entity(octets)
        case .multipart, .tooDeep: break
        }
        let boundary = try Boundary(outside: open.written, using: &randomness)
        var needs = BodyType.sevenBit
        var body: [UInt8] = []
        for entity in open.written {
            needs = needs.joined(entity.needs)
            body += boundary.delimiter + [.carriageReturn, .lineFeed] + entity.bytes + [.carriageReturn, .lineFeed]
        }
        body += boundary.delimiter + "--".utf8
        return try leaf.container(body, boundary: boundary, needs: needs, firstType: open.written.first?.type ?? [])
    }
}
