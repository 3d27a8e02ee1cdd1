import InternetMessage
import Testing

struct HTMLTextTests {
    static func reduced(_ html: String, limit: Int = 262_144) -> DisplayedText {
        MIMEMessage(bytes("Content-Type: text/html; charset=utf-8\r\n\r\n\(html)")).displayText(limit: limit)
    }

    @Test(
        "HTML is reduced to what can be read",
        arguments: [
            ("a <b>b</b>\n  c", "a b c\n"), ("<p>a<p>b", "a\n\nb\n"), ("a<br>b<br/>c", "a\nb\nc\n"),
            ("<div>a</div><div>b</div>", "a\nb\n"),
            ("<ul><li>a<li>b</ul>", "- a\n- b\n"), ("<tr><td>a</td><td>b</td></tr><tr><td>c", "a b\nc\n"),
            ("a<hr>b", "a\n---\nb\n"), ("<pre>a\n  b</pre>", "a\n  b\n"), ("<img src=x alt='a &amp; b'>", "[a & b]\n"),
            ("a<script>if (a</b) x()</script>b", "ab\n"), ("<style>p > a {}</style>b", "b\n"),
            ("<SCRIPT src=x>a</Script >b", "b\n"),
            ("<title>t</title>b", "b\n"), ("a<!-- <b> -- > -->b", "ab\n"), ("a<!-->b", "ab\n"),
            ("<!doctype html><?xml x?>b", "b\n"),
            ("<![if !mso]>b<![endif]>", "b\n"), ("1 < 2 & 3 <4", "1 < 2 & 3 <4\n"), ("<a", ""), ("a<", "a<\n"),
            ("a</", "a</\n"),
            ("&lt;script&gt;", "<script>\n"), ("&amp;lt;", "&lt;\n"),
            ("&#60;b&#x3E;&#128;&eacute;&nbsp;x", "<b>€é x\n"),
            ("&nonsense; &#xFFFFFFFF; &#0;", "&nonsense; \u{FFFD} \\u{0}\n"), ("&copy 1&", "© 1&\n"),
            ("a&#8238;b", "a\\u{202E}b\n"),
            ("<b title='a>b'>c</b>", "c\n"), ("<b title=a>b", "b\n"),
        ])
    func texts(html: String, expected: String) {
        #expect(text(Self.reduced(html).text) == expected)
    }

    @Test(
        "a link says where it leads, unless it says just that",
        arguments: [
            (
                #"<a href="http://evil.example/">https://bank.example/</a>"#,
                "https://bank.example/ <http://evil.example/>\n"
            ),
            (#"<a href="http://a.example/">http://a.example/</a>"#, "http://a.example/\n"),
            (#"<a href="mailto:a@b.c">a@b.c</a>"#, "a@b.c\n"), ("<a href=#x>a</a>", "a\n"), ("<a name=x>a</a>", "a\n"),
            ("<a href=http://a.example/>b</a>", "b <http://a.example/>\n"), ("<a href=x href=y>b</a>", "b <x>\n"),
            (#"<a href="http://a.example/?b&amp;c">d</a> e"#, "d <http://a.example/?b&c> e\n"),
            ("<a href=x>a<a href=y>b", "a <x>b <y>\n"),
            ("<a\nHREF = 'x' >a</A\n>", "a <x>\n"),
            (#"<a href=" javascript:x "><img alt="b"></a>"#, "[b] <javascript:x>\n"),
            ("<a href='a&#8238;b'>c</a>", "c <a\\u{202E}b>\n"),
        ])
    func links(html: String, expected: String) {
        #expect(text(Self.reduced(html).text) == expected)
    }

    @Test(
        "X08: no HTML takes more than its octets, or more text than the limit",
        arguments: [
            "<", "<a href=x>", "</a>", "<!--", "<script>", "</script", "&", "&amp", "<a href='", "<p>", "<br>", "<pre>",
            "<td>",
            "<img alt=\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "<b ", "=", "\"",
        ])
    func hostile(token: String) {
        let shown = Self.reduced(String(repeating: token, count: 50_000), limit: 100_000)
        #expect(shown.text.count <= 101_000)
    }
}
