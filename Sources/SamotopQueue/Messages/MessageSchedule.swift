import InternetMessage
public import SMTP
import SamotopCore

/// What a message's sender said of when it goes: RFC 4865, RFC 2852 and RFC 6710.
public struct MessageSchedule: Sendable, Hashable {
    /// It isn't tried before this moment, and its lifetime begins then; milliseconds since 1970.
    public var release: Int64
    /// Until when it is to be delivered, in milliseconds since 1970, and what comes then; nil: not said.
    public var deliverBy: (moment: Int64, mode: DeliverBy.Mode)? {
        get { mode.map { (moment, $0) } }
        set { (moment, mode) = (newValue?.moment ?? .max, newValue?.mode) }
    }
    /// −9 to 9; 0 is what everything else has.
    public var priority: Int8
    private var moment = Int64.max
    private var mode: DeliverBy.Mode?

    /// Nil: nothing was said.
    ///
    /// - Parameter arrived: when the message was taken, in milliseconds since 1970.
    public init?(_ parameters: MailParameters, arrived: Int64) {
        guard parameters.release != nil || parameters.deliverBy != nil || (parameters.priority ?? 0) != 0 else {
            return nil
        }
        priority = parameters.priority ?? 0
        release = arrived
        switch parameters.release {
        case nil: break
        case .after(let seconds): release = arrived.addingClamped(Int64(seconds) * 1_000)
        case .at(let text):
            guard let seconds = InternetTimestamp.seconds(text) else { break }
            release = max(arrived, seconds * 1_000)
        }
        // Whoever asks for a later release counts from there.
        if let wanted = parameters.deliverBy {
            deliverBy = (release.addingClamped(Int64(wanted.seconds) * 1_000), wanted.mode)
        }
    }

    /// What goes on to the next server, or into the queue again: it was taken when it was released, and has as much time as is left.
    func apply(to message: inout QueuedMessage, now: Int64) {
        message.parameters.release = nil
        message.arrived = Timestamp(milliseconds: release)
        guard let (moment, mode) = deliverBy else { return }
        let left = Int32(clamping: moment.addingClamped(-now) / 1_000)
        let bounded = min(max(left, -999_999_999), 999_999_999)
        message.parameters.deliverBy?.seconds = mode == .return ? max(1, bounded) : bounded
    }
}
