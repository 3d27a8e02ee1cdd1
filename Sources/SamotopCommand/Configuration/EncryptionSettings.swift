/// `encryption:`, mail that only its recipient can read.
struct EncryptionSettings: Sendable, Hashable {
    enum WithoutKey: String, CaseIterable { case deliver, refuse }

    var isOn = true
    /// The folder of keys; nil: `keys` in the state folder.
    var keys: String?
    /// What becomes of mail for a mailbox that has no key.
    var withoutKey = WithoutKey.deliver
    /// Octets of messages that are being encrypted, in memory; nil: four times the largest message, 256 MiB at least.
    var memory: Int?

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
        reader.finish()
    }
}
