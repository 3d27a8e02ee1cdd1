public import SamotopDelivery

/// Names and habits of ``ContactFolders``.
public struct ContactFolderSettings: Sendable, Hashable {
    /// What it means that a request message is deleted, or moved to a folder that says nothing.
    public enum Deletion: String, Sendable, Hashable, CaseIterable {
        /// The sender is blocked.
        case block
        /// Not now: it goes on waiting, and isn't shown again before the server starts anew.
        case ignore
    }

    /// Where requests, and messages that are held, wait.
    public var waiting = FolderName.newContacts
    /// What is moved there is welcome; so is what is moved to the inbox.
    public var welcome = FolderName.welcome
    /// What is moved there is blocked.
    public var blocked = FolderName.blocked
    /// Folders of the owner's own in which unwanted mail is kept: what is moved there is blocked, and stays there.
    public var junk: [FolderName] = [.junk, .spam]
    /// What deleting a request message means.
    public var deleting = Deletion.block
    /// Seconds that a message must be missing before it counts as deleted: mail programs don't move in one step. 1…3600.
    public var patience: Int64 = 5
    /// Seconds after which all folders are looked at, also when nothing was heard of them. 1…86,400.
    public var interval: Int64 = 60
    /// Request messages in one folder; further strangers wait without one.
    public var maximumRequests = 200
    /// The hour of the day (0…23, UTC) at which owners get a summary; nil: none.
    public var summaryHour: Int?

    /// The defaults.
    public init() {}
}
