"""What a person does with the pages, in a real browser."""

import http.server
import threading
import time

import pytest

from pages import ROOT, Pages
from webdriver import Browser

PAYLOADS = [line for line in (ROOT / "Tests/SamotopWebTests/Resources/markup-payloads.txt").read_text().split("\n")
            if line and not line.startswith("# ")]


def waiting(browser):
    return browser.text(".card-address")


# What administrators have beside the pages of everyone.
ADMINISTRATION = ["/queue", "/queue?state=held&sender=mia@mia.example", "/queue?sender=x", "/queue?recipient=no@such.example",
                  "/queue/message?id=01K5Z3HOUSE", "/signatures", "/signatures?q=nothing",
                  "/signatures/domain?name=lindqvist-arkitekter.example", "/signatures/domain?name=hafenpost.example",
                  "/mailboxes?q=studio", "/mailboxes?which=shop-x@mia.example"]


def account(path):
    return "postmaster" if path in ADMINISTRATION else "mia"


def complaints(browser):
    """What the browser's console says of the content policy, or of errors."""
    return [entry["message"] for entry in browser.log() if entry["level"] in ("SEVERE", "WARNING")]


def test_decide_and_undo(pages, browser):
    pages.sign_in(browser)
    before = waiting(browser)
    browser.click(".act-welcome")
    browser.wait(".notice .undo")
    browser.run("return new Promise(done => setTimeout(done, 300))")
    assert len(waiting(browser)) == len(before) - 1
    assert before[0] in browser.text(".notice p")[0]
    browser.click(".undo")
    browser.wait(".notice:not(:has(.undo))")
    assert waiting(browser) == before
    assert complaints(browser) == []


def test_keyboard(pages, browser):
    pages.sign_in(browser)
    first, second = waiting(browser)[:2]
    browser.press("jj")
    assert second in browser.run("return document.activeElement.textContent")
    browser.press("k")
    assert first in browser.run("return document.activeElement.textContent")
    browser.press("?")
    assert browser.run("return document.getElementById('help').open")
    browser.press("\ue00c")
    browser.press("/")
    assert browser.run("return document.activeElement.id") == "q"
    browser.press("\ue00c")
    browser.press("jb")
    browser.run("return new Promise(done => setTimeout(done, 500))")
    assert first not in waiting(browser)
    browser.open(pages.base + "/contacts?state=blocked")
    assert first in " ".join(browser.text(".line-who"))


def test_without_scripts(pages):
    with Browser(scripts=False) as browser:
        pages.sign_in(browser)
        before = waiting(browser)
        browser.run("document.querySelector('.act-block').scrollIntoView({block: 'center'})")
        browser.click(".act-block")
        browser.wait(".undo")
        assert waiting(browser) == before[1:]
        browser.click(".undo")
        browser.wait(".notice:not(:has(.undo))")
        assert waiting(browser) == before
        for path in ("/contacts", "/held", "/addresses", "/keys", "/why?q=" + before[0], "/policy", "/import"):
            browser.open(pages.base + path)
            assert browser.find("main h1")


@pytest.mark.parametrize("path", ["/", "/contacts", "/held", "/addresses", "/addresses?state=ended", "/mailboxes", "/keys", "/why",
                                  "/mailboxes?which=x@workshop.example", "/policy", "/import", "/sign-in", *ADMINISTRATION])
@pytest.mark.parametrize("phone", [False, True])
def test_every_page_is_sound(pages, path, phone):
    """Landmarks, one h1, names for all controls, targets of 44 px, nothing wider than the screen, no complaint of the policy."""
    size = dict(width=390, height=844, phone=True) if phone else dict(width=1280, height=900)
    with Browser(**size) as browser:
        if path != "/sign-in":
            pages.sign_in(browser, account(path))
        browser.open(pages.base + path)
        faults = browser.run("""
            const faults = [];
            const visible = e => e.getClientRects().length > 0 && getComputedStyle(e).visibility !== 'hidden';
            const all = s => Array.from(document.querySelectorAll(s)).filter(visible);
            if (document.querySelectorAll('main').length !== 1) faults.push('main');
            if (document.querySelectorAll('h1').length !== 1) faults.push('h1');
            if (!document.documentElement.lang) faults.push('lang');
            if (document.documentElement.scrollWidth > innerWidth) faults.push('wide ' + document.documentElement.scrollWidth);
            for (const e of all('input:not([type=hidden]), select, textarea'))
                if (!e.labels.length && !e.ariaLabel) faults.push('label ' + e.outerHTML);
            for (const e of all('button, .section, summary, .filter')) {
                const box = e.getBoundingClientRect();
                if (box.height < 43.5 && !e.closest('.unseen')) faults.push('small ' + e.className + ' ' + box.height);
                if (!e.textContent.trim()) faults.push('nameless ' + e.outerHTML);
            }
            const bar = document.querySelector('.sections')?.getBoundingClientRect();
            for (const e of all('.section')) {
                const box = e.getBoundingClientRect();
                if (box.left < bar.left - 1 || box.right > bar.right + 1) faults.push('cut ' + e.className);
            }
            const ids = Array.from(document.querySelectorAll('[id]')).map(e => e.id);
            if (new Set(ids).size !== ids.length) faults.push('equal ids');
            for (const e of document.querySelectorAll('[aria-labelledby], [aria-describedby]'))
                for (const id of ((e.getAttribute('aria-labelledby') || '') + ' ' + (e.getAttribute('aria-describedby') || '')).trim().split(/\\s+/))
                    if (!document.getElementById(id)) faults.push('no ' + id);
            let level = 0;
            for (const e of all('h1, h2, h3, h4')) {
                const own = Number(e.tagName[1]);
                if (own > level + 1) faults.push('heading ' + e.textContent);
                level = own;
            }
            return faults;""")
        assert faults == []
        assert complaints(browser) == []


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("path", ["/", "/contacts", "/held", "/addresses", "/addresses?state=ended", "/mailboxes", "/keys",
                                  "/why?q=hanna.lindqvist@lindqvist-arkitekter.example", "/policy", *ADMINISTRATION])
def test_contrast(pages, path, dark):
    """WCAG 2.2 §1.4.3: text has a contrast of 4.5 to its ground."""
    with Browser(dark=dark) as browser:
        pages.sign_in(browser, account(path))
        browser.open(pages.base + path)
        faint = browser.run("""
            const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
            const rgba = c => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = c; canvas.fillRect(0, 0, 1, 1);
                                return Array.from(canvas.getImageData(0, 0, 1, 1).data); };
            const light = c => { const [r, g, b] = c.map(v => { v /= 255; return v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; });
                                 return .2126 * r + .7152 * g + .0722 * b; };
            const over = (top, ground) => { const a = top[3] / 255; return [0, 1, 2].map(i => top[i] * a + ground[i] * (1 - a)); };
            const ground = e => { const layers = [];
                for (let n = e; n; n = n.parentElement) { const c = rgba(getComputedStyle(n).backgroundColor);
                    if (c[3] > 0) layers.push(c); if (c[3] === 255) break; }
                return layers.reverse().reduce((g, c) => over(c, g), [255, 255, 255]); };
            const found = [];
            const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
            while (walk.nextNode()) {
                const e = walk.currentNode.parentElement;
                if (!walk.currentNode.textContent.trim() || !e.getClientRects().length || e.closest('.unseen, .skip, script')) continue;
                const under = ground(e), text = over(rgba(getComputedStyle(e).color), under);
                const [a, b] = [light(under), light(text)].sort((x, y) => y - x);
                const ratio = (a + .05) / (b + .05);
                if (ratio < 4.5) found.push(e.className + ' ' + e.textContent.trim().slice(0, 30) + ' ' + ratio.toFixed(2));
            }
            return found;""")
        assert faint == []


def wait_for(condition):
    for _ in range(100):
        if condition():
            return
        time.sleep(0.05)
    assert condition()


def addresses(browser):
    return browser.text(".pass-address")


@pytest.mark.parametrize("scripts", [True, False])
def test_passes(pages, scripts):
    """A pass is made, shown with its address, revoked and restored, and its making taken back; with and without scripts."""
    with Browser(scripts=scripts) as browser:
        def act(css, then):
            browser.run(f"document.querySelector('{css}').scrollIntoView({{block: 'center'}})")
            browser.click(css)
            browser.wait(then)

        pages.sign_in(browser)
        browser.open(pages.base + "/addresses")
        before = addresses(browser)
        assert before == ["mia+pass-h7kq2m9zxd@mia.example", "mia+pass-choir@mia.example"]
        assert browser.text(".pass-users a") == ["ines@altstimmen.example"]
        browser.type("[name=note]", "the bakery <b>")
        browser.type("[name=word]", "Rye-Bread")
        browser.type("[name=days]", "14")
        act(".panel .primary", ".undo")
        assert addresses(browser) == ["mia+pass-rye-bread@mia.example", *before]
        assert browser.text(".pass-note")[0] == "the bakery <b>"
        assert "in 14 days" in browser.text(".pass")[0]
        made = browser.url
        act(".act-revoke", ".undo")
        wait_for(lambda: addresses(browser) == before)
        revoked = browser.url
        browser.open(pages.base + "/addresses?state=ended")
        assert "revoked" in browser.text(".pass")[0] and not browser.find(".act-revoke")
        browser.open(revoked)
        act(".undo", ".notice:not(:has(.undo))")
        assert addresses(browser)[0] == "mia+pass-rye-bread@mia.example"
        browser.type("[name=word]", "rye-bread")
        browser.click(".panel .primary")
        browser.wait(".problem")
        assert browser.run("return document.querySelector('[name=word]').value") == "rye-bread"
        browser.open(made)
        act(".undo", ".notice:not(:has(.undo))")
        assert addresses(browser) == before
        assert complaints(browser) == []


def test_pass_is_marked_and_copied(pages, browser):
    """One click marks the whole address; where the browser lets a page copy, a button does it."""
    pages.sign_in(browser)
    browser.open(pages.base + "/addresses")
    browser.click(".pass-address bdi")
    assert browser.run("return getSelection().toString().trim()") == "mia+pass-h7kq2m9zxd@mia.example"
    browser.devtools("Browser.grantPermissions", permissions=["clipboardReadWrite", "clipboardSanitizedWrite"])
    browser.click("[data-copy]")
    browser.run("return new Promise(done => setTimeout(done, 300))")
    assert browser.text("[data-copy]")[0] == "Copied"
    assert browser.run("return navigator.clipboard.readText()") == "mia+pass-h7kq2m9zxd@mia.example"


def test_what_leads_to_a_mailbox(pages, browser):
    """A person sees their addresses, patterns with an example, and whether an address is theirs; changes are for administrators."""
    pages.sign_in(browser)
    browser.open(pages.base + "/mailboxes")
    assert addresses(browser) == ["hello@mia.example", "mia@mia.example", "studio@mia.example", "shop-{name}@mia.example",
                                  "@workshop.example"]
    assert "shop-name@mia.example" in browser.text(".entry")[3]
    browser.type("[name=which]", "shop-garden@mia.example")
    browser.click(".panel .primary")
    browser.wait(".which-answer")
    assert browser.text(".which-answer") == ["You get mail for shop-garden@mia.example. It is of the pattern shop-{name}."]
    assert not browser.find("[name=kind]") and not browser.find(".act-remove")
    assert complaints(browser) == []


@pytest.mark.parametrize("scripts", [True, False])
def test_addresses_are_added_and_removed(scripts):
    """An administrator adds an alias, is told who gets its mail, and takes it out after a question; with and without scripts."""
    with Pages() as pages, Browser(scripts=scripts) as browser:
        def act(css, then):
            browser.run(f"document.querySelector('{css}').scrollIntoView({{block: 'center'}})")
            browser.click(css)
            browser.wait(then)

        pages.sign_in(browser, "postmaster")
        browser.open(pages.base + "/mailboxes")
        assert addresses(browser) == ["jonas@mia.example", "studio@mia.example"]
        browser.type("[name=address]", "Band@mia.example")
        act("[name=kind][value=alias]", "[name=to]")
        browser.type("[name=to]", "gone@mia.example")
        act("[aria-labelledby=add-title] .button", ".problem")
        assert "unknown target gone@mia.example" in browser.text(".problem")[0]
        browser.run("document.querySelector('[name=to]').value = ''")
        browser.type("[name=to]", "mia@mia.example, jonas@mia.example")
        act("[aria-labelledby=add-title] .button", ".notice")
        assert addresses(browser) == ["band@mia.example", "jonas@mia.example", "studio@mia.example"]
        browser.type("[name=which]", "band@mia.example")
        act("form[method=get] .primary", ".which-answer")
        assert browser.text(".which-answer") == ["Mail for band@mia.example goes to mia, mia.example/jonas. It is listed."]
        act(".act-remove", ".confirm")
        assert "band@mia.example" in browser.text(".confirm strong")[0]
        act(".confirm .danger", ".notice")
        assert addresses(browser) == ["jonas@mia.example", "studio@mia.example"]
        # Somebody's alias leads there.
        act(".act-remove", ".confirm")
        act(".confirm .danger", ".problem")
        assert "unknown target jonas@mia.example" in browser.text(".problem")[0]
        assert complaints(browser) == []


def test_note_without_a_decision(pages, browser):
    pages.sign_in(browser)
    first = waiting(browser)[0]
    browser.click(".card-address a")
    browser.type("[name=note]", "met at the fair")
    browser.click(".panel .primary")
    browser.wait(".undo")
    assert browser.run("return document.querySelector('[name=note]').value") == "met at the fair"
    assert browser.text(".state")[0] == "Waiting"
    browser.open(pages.base + "/")
    assert waiting(browser)[0] == first
    browser.open(pages.base + "/contacts?state=waiting")
    assert "met at the fair" in " ".join(browser.text(".line-note"))


def test_what_a_block_deletes_is_said(pages, browser):
    pages.sign_in(browser)
    browser.open(pages.base + "/held")
    assert "doesn’t bring the mail back" in browser.text("main")[0]
    browser.click(".act-block")
    browser.run("return new Promise(done => setTimeout(done, 300))")
    assert "2 held messages were deleted" in browser.text(".notice p")[0]
    browser.click(".undo")
    browser.run("return new Promise(done => setTimeout(done, 300))")
    assert "stays deleted" in browser.text(".notice p")[0]


class Canary:
    """A server that writes down who asks it for anything."""

    def __enter__(self):
        self.asked = []
        canary = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                canary.asked.append(self.path)
                self.send_response(200)
                self.end_headers()

            do_POST = do_HEAD = do_OPTIONS = do_GET

            def log_message(self, *arguments):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.base = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *error):
        self.server.shutdown()


def test_markup_of_strangers(tmp_path):
    """W01, W02: payloads in all fields, and held mail full of markup: no dialog, and nobody is asked for anything."""
    with Canary() as canary:
        hostile = tmp_path / "payloads.txt"
        hostile.write_text("\n".join(PAYLOADS).replace("//evil.test", canary.base[5:]).replace("https:" + canary.base[5:], canary.base))
        with Pages(str(hostile)) as pages, Browser() as browser:
            pages.sign_in(browser)
            for page in range(1, 9):
                for path in (f"/?page={page}", f"/contacts?page={page}"):
                    browser.open(pages.base + path)
                    assert browser.alert() is None
            browser.open(pages.base + "/policy")
            assert browser.alert() is None
            browser.open(pages.base + "/held")
            letters = browser.run("return Array.from(document.querySelectorAll('.letter')).map(a => a.href)")
            assert len(letters) >= 5
            for letter in letters[:5]:
                browser.open(letter)
                browser.run("for (const d of document.querySelectorAll('details')) d.open = true")
                time.sleep(0.7)
                assert browser.alert() is None
                # by itself, too: there no script runs at all, so it is only waited for
                browser.open(letter + "/html")
                time.sleep(0.7)
                assert browser.alert() is None
            assert canary.asked == []
