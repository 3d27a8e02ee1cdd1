#if Web
    /// Domains whose addresses belong to anyone: nobody means all of them.
    enum MailboxProviders {
        static func contains(_ domain: String) -> Bool { domains.contains(domain) }

        private static let domains: Set<String> = [
            "126.com", "163.com", "aol.com", "fastmail.com", "free.fr", "gmail.com", "gmx.at", "gmx.ch", "gmx.de",
            "gmx.net",
            "googlemail.com", "hotmail.com", "icloud.com", "laposte.net", "libero.it", "live.com", "mac.com",
            "mail.com",
            "mail.ru", "mailbox.org", "me.com", "msn.com", "naver.com", "orange.fr", "outlook.com", "pm.me",
            "posteo.de",
            "proton.me", "protonmail.com", "qq.com", "seznam.cz", "t-online.de", "tuta.com", "web.de", "yahoo.co.jp",
            "yahoo.com", "yandex.ru", "zoho.com",
        ]
    }
#endif
