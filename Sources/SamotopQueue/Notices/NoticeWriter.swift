public import SamotopCore

/// Writes the text of notifications.
public protocol NoticeWriter: Sendable {
    /// The notification, to be queued for ``WrittenNotice/recipient`` with a null reverse-path of its own.
    ///
    /// A throw means not now: it is asked again later. What it returns for a notice may differ each time; only one is queued.
    ///
    /// - Parameter content: the message's; blocks when read. Nil when it can't be read any more.
    func write(_ notice: Notice, content: (any MailContent)?) async throws -> WrittenNotice
}
