#if Web
    import Hummingbird
    import Mustache

    /// The pages' templates, which are in the program.
    struct Templates: Sendable {
        private let library: MustacheLibrary

        /// - Throws: when a template can't be read: a mistake of ours, found at start.
        init() throws {
            MustacheContentTypes.register(HTMLText(), named: HTMLText.name)
            var library = MustacheLibrary()
            for (name, bytes) in Self.files {
                try library.register(String(decoding: bytes, as: UTF8.self), named: name)
            }
            self.library = library
        }

        static let files: [(String, [UInt8])] = [
            ("page", PackageResources.page_mustache),
            ("bare-page", PackageResources.bare_page_mustache),
            ("logo", PackageResources.logo_mustache),
            ("notice", PackageResources.notice_mustache),
            ("pager", PackageResources.pager_mustache),
            ("sign-in", PackageResources.sign_in_mustache),
            ("sign-in-link", PackageResources.sign_in_link_mustache),
            ("new-contacts", PackageResources.new_contacts_mustache),
            ("card", PackageResources.card_mustache),
            ("contacts", PackageResources.contacts_mustache),
            ("contact", PackageResources.contact_mustache),
            ("import", PackageResources.import_mustache),
            ("held", PackageResources.held_mustache),
            ("held-message", PackageResources.held_message_mustache),
            ("mailboxes", PackageResources.mailboxes_mustache),
            ("passes", PackageResources.passes_mustache),
            ("keys", PackageResources.keys_mustache),
            ("keys-ask", PackageResources.keys_ask_mustache),
            ("why", PackageResources.why_mustache),
            ("steps", PackageResources.steps_mustache),
            ("policy", PackageResources.policy_mustache),
            ("policy-form", PackageResources.policy_form_mustache),
            ("owners", PackageResources.owners_mustache),
            ("queue", PackageResources.queue_mustache),
            ("queue-message", PackageResources.queue_message_mustache),
            ("queue-left", PackageResources.queue_left_mustache),
            ("queue-suppressed", PackageResources.queue_suppressed_mustache),
            ("queue-letter", PackageResources.queue_letter_mustache),
            ("queue-failure", PackageResources.queue_failure_mustache),
            ("confirm", PackageResources.confirm_mustache),
            ("signatures", PackageResources.signatures_mustache),
            ("signatures-domain", PackageResources.signatures_domain_mustache),
            ("peer", PackageResources.peer_mustache),
            ("peer-offer", PackageResources.peer_offer_mustache),
            ("cursor", PackageResources.cursor_mustache),
            ("message", PackageResources.message_mustache),
        ]

        func render(_ name: String, _ view: View) throws -> String {
            guard let text = library.render(view, withTemplate: name) else { throw PageError.noTemplate(name) }
            return text
        }
    }
#endif
