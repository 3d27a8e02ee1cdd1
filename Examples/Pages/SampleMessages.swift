#if Web
    extension SampleBook {
        static let festival = """
            From: Sommerklang Festival <festival@sommerklang.example>
            Reply-To: tickets@karten-direkt.example
            Subject: The programme for July
            Date: Mon, 23 Nov 2026 09:12:00 +0100
            MIME-Version: 1.0
            Content-Type: multipart/mixed; boundary=outer

            --outer
            Content-Type: multipart/alternative; boundary=inner

            --inner
            Content-Type: text/plain; charset=utf-8

            Dear friends of chamber music,

            the programme for July is ready. Eleven concerts in seven places, from the barn in
            Althof to the old tram depot, and for the first time a night for children.

            Tickets are on sale from 1 December. As last year, you can choose what you pay.

            See you in the summer,
            Ines and Karol
            --inner
            Content-Type: text/html; charset=utf-8

            <html><body style="font-family: Georgia, serif; margin: 2rem; color: #333">
            <h1 style="color: #8a3b12">Sommerklang</h1><p>Eleven concerts in seven places.</p>
            <img src="https://tracker.example/pixel.gif" alt="a picture that isn't loaded" width="300" height="60">
            <p><a href="https://tickets.example/">Tickets</a></p><script>alert(1)</script></body></html>
            --inner--
            --outer
            Content-Type: application/pdf
            Content-Disposition: attachment; filename="programme.pdf"

            \(String(repeating: "JVBERi0xLjcK", count: 3000))
            --outer--

            """
        static let reminder = """
            From: Sommerklang Festival <festival@sommerklang.example>
            Subject: A small correction
            Date: Tue, 24 Nov 2026 18:40:00 +0100

            The concert in Althof starts at 19:30, not at 20:00.
            """
        static let recruiting = """
            From: Talent Hub <recruiting@talent-hub.example>
            Subject: A role you may like
            Date: Mon, 23 Nov 2026 15:02:00 +0000

            Hello, we came across your profile.
            """

        /// A message that is a page.
        static func page(of html: String) -> String {
            """
            From: Someone <someone@place0.example>
            Subject: A page
            MIME-Version: 1.0
            Content-Type: text/html; charset=utf-8

            \(html)

            """
        }
    }
#endif
