"""What an administrator does with mail that waits and with other servers' signatures, in a real browser."""

import pytest

from pages import Pages
from test_pages import PAYLOADS, Canary, complaints, wait_for
from webdriver import Browser

HOUSE = "lindqvist-arkitekter.example"


def press(browser, css):
    browser.run("document.querySelector(arguments[0]).scrollIntoView({block: 'center'})", css)
    browser.click(css)


def act(browser, css, then):
    """Leads to another page, which has such an element; the page before may have had one, too."""
    browser.run("document.documentElement.dataset.left = 'yes'")
    press(browser, css)
    browser.wait(f"html:not([data-left]) {then}")


def messages(browser, pages, query=""):
    browser.open(pages.base + "/queue" + query)
    return [text.split()[-1] for text in browser.text(".letter-head a")]


@pytest.mark.parametrize("scripts", [True, False])
def test_a_key_changes_and_the_person_verifies_it(pages, scripts):
    """The key changes, mail is held, the person compares the fingerprint, and the mail leaves; with and without scripts."""
    with Browser(scripts=scripts) as browser:
        pages.sign_in(browser, "postmaster")
        held = messages(browser, pages, "?state=held&destination=" + HOUSE)
        assert sorted(held) == ["01K5Z2HOUSE", "01K5Z3HOUSE"]
        assert "a key that was not seen before" in browser.text(".hop-held")[0]
        assert "not the server that it should be" in browser.text(".queue")[0]
        browser.open(pages.base + "/signatures?q=house")
        browser.open(pages.base + "/signatures?q=lindqvist")
        assert browser.text(".card-address") == [HOUSE]
        assert "2 messages wait, 2 of them for your decision" in browser.text(".waits")[0]
        shown, known = browser.text(".peer .fingerprint")
        assert shown != known and len(shown.split()) == 16
        act(browser, ".peer .warning .primary", ".notice")
        browser.run("return new Promise(done => setTimeout(done, 300))") if scripts else None
        assert "What waited goes on: 2 messages" in browser.text(".notice p")[0]

        def gone():
            return messages(browser, pages, "?destination=" + HOUSE) == []
        wait_for(gone)
        browser.open(pages.base + "/signatures/domain?name=" + HOUSE)
        assert browser.text(".lead .chip") == ["Encrypted, and proven who it is"]
        assert not browser.find("main > .warning")
        history = browser.text(".step")
        assert any("Decided" in step and "one key pinned" in step and "page: postmaster" in step for step in history)
        assert complaints(browser) == []


def test_decisions_change_what_the_desk_holds(pages, browser):
    pages.sign_in(browser, "postmaster")
    browser.open(pages.base + "/signatures/domain?name=hafenpost.example")
    assert "the server matches its 2 TLSA records" in browser.text(".facts")[0]
    for choice, tag in [("watch", "held when anything differs"), ("hold", "mail is held"), ("release", None), ("unwatch", None)]:
        act(browser, f"[value={choice}]", ".notice")
        tags = browser.text("section .card-tags")[0]
        assert tag in tags if tag else True
    assert browser.text("section .card-tags")[0].strip() == ""
    browser.type("[name=key]", "not a key")
    act(browser, ".panel .primary[value=pin]", ".problem")
    assert browser.run("return document.querySelector('[name=key]').value") == "not a key"
    press(browser, "[name=key-1]")
    browser.run("document.querySelector('[name=key]').value = ''")
    act(browser, ".panel .primary[value=pin]", ".notice")
    assert "verified by you" in browser.text("section .card-tags")[0]
    assert browser.run("return document.querySelector('[name=key-1]').checked")
    act(browser, "[value=unpin]", ".notice")
    assert browser.text("section .card-tags")[0].strip() == ""
    act(browser, "[value=lower]", ".notice")
    assert "in clear" in browser.text(".facts")[0]
    assert complaints(browser) == []


@pytest.mark.parametrize("scripts", [True, False])
def test_dropping_asks_first(pages, scripts):
    """A page names how many; leaving it does nothing; what is confirmed is gone, and nothing else."""
    with Browser(scripts=scripts) as browser:
        pages.sign_in(browser, "postmaster")
        school = messages(browser, pages, "?destination=stpauls-school.example")
        assert len(school) == 2
        act(browser, "section [value=drop]", ".confirm")
        assert "3 recipients of 2 messages" in browser.text(".confirm")[0]
        act(browser, ".confirm a.button", ".queue")
        assert messages(browser, pages, "?destination=stpauls-school.example") == school
        everything = messages(browser, pages)
        browser.open(pages.base + "/queue?destination=stpauls-school.example")
        act(browser, "section [value=drop]", ".confirm")
        act(browser, ".confirm .danger", ".notice")
        assert messages(browser, pages, "?destination=stpauls-school.example") == []
        assert sorted(messages(browser, pages)) == sorted(set(everything) - set(school))
        assert complaints(browser) == []


def test_one_message(pages, browser):
    pages.sign_in(browser, "postmaster")
    browser.open(pages.base + "/queue/message?id=01K5Z6BOOKS")
    assert "451 4.7.1 Greylisting in action" in browser.text(".said")[0]
    assert "tried once" in browser.text(".hop")[0] and "next try in " in browser.text(".hop")[0]
    act(browser, ".panel [value=hold]", ".notice")
    assert browser.text(".hop .state") == ["held"] and "held by the operator" in browser.text(".hop-held")[0]
    act(browser, ".panel [value=release]", ".notice")
    wait_for(lambda: browser.open(browser.url) or browser.text(".hop .state") == ["waiting"])
    assert "tried 2 times" in browser.text(".hop")[0]
    browser.type("[name=address]", "librarian@hafenpost.example")
    act(browser, "[value=readdress]", ".notice")
    wait_for(lambda: "01K5Z6BOOKS" not in messages(browser, pages))
    browser.open(pages.base + "/queue/message?id=01K5Z8MUSIC")
    act(browser, ".panel [value=fail]", ".confirm")
    browser.type("[name=words]", "the programme is out")
    act(browser, ".confirm .danger", ".notice")
    assert "01K5Z8MUSIC" not in messages(browser, pages)
    assert complaints(browser) == []


def test_keyboard(pages, browser):
    """j and k go from message to message, h holds the one at hand."""
    pages.sign_in(browser, "postmaster")
    first = messages(browser, pages, "?destination=city-library.example")[0]
    browser.press("j")
    assert first in browser.run("return document.activeElement.getAttribute('aria-label')")
    browser.press("h")
    browser.wait(".notice")
    assert browser.text(".hop .state") == ["held"]


def test_others_see_nothing_of_it(pages, browser):
    pages.sign_in(browser)
    assert [link for link in browser.run("return Array.from(document.querySelectorAll('a')).map(a => a.pathname)")
            if link in ("/queue", "/signatures")] == []
    for path in ("/queue", "/queue/message?id=01K5Z6BOOKS", "/signatures", "/signatures/domain?name=hafenpost.example"):
        browser.open(pages.base + path)
        assert browser.text("h1") == ["There is nothing here"]
        assert browser.run("return performance.getEntriesByType('navigation')[0].responseStatus") == 404


def test_forged(pages, browser):
    """W03: another site's form, and one without the page's token, are refused; nothing changes."""
    pages.sign_in(browser, "postmaster")
    browser.open(pages.base + "/queue")
    token = browser.run("return document.querySelector('[name=token]').value")
    browser.run("for (const field of document.querySelectorAll('[name=token]')) field.value = 'x'")
    act(browser, "section [value=hold]", "body.bare")
    assert browser.text("h1") == ["That didn’t come from this page"]
    # a form of another site, with the right token
    with Canary() as other:
        browser.open(other.base)
        browser.run("""
            const form = document.createElement('form');
            form.method = 'post';
            form.action = arguments[0] + '/queue';
            for (const [name, value] of Object.entries({ do: 'hold', token: arguments[1] })) {
                const field = document.createElement('input');
                field.type = 'hidden'; field.name = name; field.value = value; form.append(field);
            }
            document.body.append(form);
            form.submit();""", pages.base, token)
        wait_for(lambda: browser.url.startswith(pages.base))
        assert browser.text("h1") == ["That didn’t come from this page"]
    assert sorted(messages(browser, pages, "?state=held")) == ["01K5Z2HOUSE", "01K5Z3HOUSE", "01K5Z8MUSIC"]


def test_markup_of_strangers_in_the_queue(tmp_path):
    """W01: payloads as senders, recipients, destinations, replies, reasons, domains, selectors: no dialog, nobody is asked for anything."""
    with Canary() as canary:
        hostile = tmp_path / "payloads.txt"
        hostile.write_text("\n".join(PAYLOADS).replace("//evil.test", canary.base[5:]).replace("https:" + canary.base[5:], canary.base))
        with Pages(str(hostile)) as pages, Browser() as browser:
            pages.sign_in(browser, "postmaster")
            for start in ("/queue", "/signatures"):
                path, seen, links = pages.base + start, 0, []
                while path:
                    browser.open(path)
                    assert browser.alert() is None
                    seen += len(browser.find("article"))
                    links += browser.run("return Array.from(document.querySelectorAll('article a[href]')).map(a => a.href)")[:6]
                    path = browser.run("const a = document.querySelector('.pager a[rel=next]'); return a && a.href")
                assert seen >= 300
                for link in links[::7]:
                    browser.open(link)
                    assert browser.alert() is None
            browser.open(pages.base + "/queue?destination=" + "%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E")
            assert browser.alert() is None
            assert canary.asked == []
