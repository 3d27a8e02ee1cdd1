import SamotopEncryption

/// `encryption:`, mail that only its recipient can read.
struct EncryptionSettings: Sendable, Hashable {
    enum WithoutKey: String, CaseIterable { case deliver, refuse }
    enum Switch: String, CaseIterable { case on, off }

    var isOn = true
    /// The folder of keys; nil: `keys` in the state folder.
    var keys: String?
    /// What becomes of mail for a mailbox that has no key.
    var withoutKey = WithoutKey.deliver
    /// Octets of messages that are being encrypted, in memory; nil: four times the largest message, 256 MiB at least.
    var memory: Int?
    /// Whether others find the keys of those who have nothing against it (Web Key Directory).
    var publish = Switch.off
    /// From which of users' mail keys are learned.
    var learn: Set<KeyLearning.Source> = []

    init() {}

    static let off: EncryptionSettings = {
        var settings = EncryptionSettings()
        settings.isOn = false
        return settings
    }()

    init(_ reader: SectionReader) {
        keys = reader.value("keys", Name.path)
        withoutKey = reader.value("mailboxes-without-key", Choice.of(WithoutKey.self)) ?? withoutKey
        memory = reader.value("memory", Quantity.size(in: 1 << 20...64 << 30))
        publish = reader.value("publish", Choice.of(Switch.self)) ?? publish
        learn = Set(reader.list("learn", Choice.of(KeyLearning.Source.self)) ?? [])
        reader.finish()
    }
}
