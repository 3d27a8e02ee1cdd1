extension MIMEFinding.Kind {
    /// A word for lists and JSON, in lower case with hyphens.
    public var name: String {
        switch self {
        case .header(let kind): "header-\(kind.name)"
        case .eightBitHeader: "eight-bit-header"
        case .repeatedField: "repeated-field"
        case .repeatedParameter: "repeated-parameter"
        case .malformedContentType: "malformed-content-type"
        case .malformedParameters: "malformed-parameters"
        case .missingVersion: "missing-mime-version"
        case .encodingWithComment: "encoding-with-comment"
        case .malformedEncoding: "malformed-encoding"
        case .unknownEncoding: "unknown-encoding"
        case .encodedComposite: "encoded-composite"
        case .missingBoundary: "missing-boundary"
        case .boundaryTooLong: "boundary-too-long"
        case .boundaryEndsWithSpace: "boundary-ends-with-space"
        case .irregularBoundary: "irregular-boundary"
        case .reusedBoundary: "reused-boundary"
        case .delimiterWithText: "delimiter-with-text"
        case .noParts: "no-parts"
        case .missingClose: "missing-close"
        case .partsAfterClose: "parts-after-close"
        case .preamble: "preamble"
        case .epilogue: "epilogue"
        case .partOutsideDelimiters: "part-outside-delimiters"
        case .headerCutByDelimiter: "header-cut-by-delimiter"
        case .mixedLineEnds: "mixed-line-ends"
        case .nul: "nul"
        case .undeclaredEightBit: "undeclared-eight-bit"
        case .tooDeep: "too-deep"
        case .tooManyParts: "too-many-parts"
        }
    }
}

extension HeaderFinding.Kind {
    /// A word for lists and JSON, in lower case with hyphens.
    public var name: String {
        switch self {
        case .leadingWhiteSpace: "leading-white-space"
        case .mboxFromLine: "mbox-from-line"
        case .whiteSpaceBeforeColon: "white-space-before-colon"
        case .missingColon: "missing-colon"
        case .emptyName: "empty-name"
        case .invalidName: "invalid-name"
        case .nul: "nul"
        case .bareCarriageReturn: "bare-carriage-return"
        case .bareLineFeed: "bare-line-feed"
        case .lineTooLong: "line-too-long"
        case .blankContinuation: "blank-continuation"
        case .noBlankLine: "no-blank-line"
        case .tooManyFields: "too-many-fields"
        case .tooManyBytes: "too-many-bytes"
        }
    }
}
