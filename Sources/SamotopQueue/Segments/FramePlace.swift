/// Where a frame is.
struct FramePlace: Sendable, Hashable {
    /// The segment's generation; 0: nowhere.
    var segment: UInt32
    /// Of its mark in the segment.
    var offset: UInt32
    /// With mark and tag.
    var length: UInt32

    static let none = FramePlace(segment: 0, offset: 0, length: 0)
}
