"""Pictures of every page, light and dark, on a desk and on a phone: docs/images/*.png."""

import os
import sys

from pages import ROOT, Pages
from webdriver import Browser

SIZES = {"desktop": dict(width=1280, height=900), "phone": dict(width=390, height=844, phone=True)}


def visit(browser, pages, take):
    browser.open(pages.base + "/sign-in")
    take("sign-in")
    pages.sign_in(browser)
    take("new-contacts")
    browser.open(pages.base + "/contacts")
    take("contacts")
    browser.open(pages.base + "/?q=hanna")
    browser.open(browser.run("return document.querySelector('.card-address a').href"))
    take("contact")
    browser.open(pages.base + "/held")
    take("held")
    browser.open(browser.run("return document.querySelector('.letter').href"))
    take("held-message")
    browser.open(pages.base + "/addresses")
    take("passes")
    browser.open(pages.base + "/keys")
    take("keys")
    browser.open(pages.base + "/why?q=hanna.lindqvist@lindqvist-arkitekter.example")
    take("why")
    browser.open(pages.base + "/policy")
    take("policy")
    browser.open(pages.base + "/import")
    take("import")
    browser.open(pages.base + "/")
    browser.run("document.querySelector('.act-hold').scrollIntoView({block: 'center'})")
    browser.click(".act-hold")
    take("notice")


def visit_others(browser, pages, take):
    pages.sign_in(browser, "nobody")
    take("empty")


def visit_administration(browser, pages, take):
    pages.sign_in(browser, "postmaster")
    browser.open(pages.base + "/queue")
    take("queue")
    browser.open(pages.base + "/queue/message?id=01K5Z3HOUSE")
    take("queue-message")
    browser.open(pages.base + "/signatures")
    take("signatures")
    browser.open(pages.base + "/signatures/domain?name=lindqvist-arkitekter.example")
    take("signatures-domain")


def main():
    folder = ROOT / "docs" / "images"
    folder.mkdir(parents=True, exist_ok=True)
    only = set(sys.argv[1:])
    for size, options in SIZES.items():
        for shade in ("light", "dark"):
            for tour in (visit, visit_others, visit_administration):
                with Pages() as pages, Browser(dark=shade == "dark", **options) as browser:
                    def take(name):
                        if not only or name in only:
                            browser.run("document.activeElement && document.activeElement.blur()")
                            browser.run("return new Promise(done => setTimeout(done, 500))")
                            browser.picture(folder / f"{name}-{size}-{shade}.png")
                    tour(browser, pages, take)
    print(len(os.listdir(folder)), "pictures in", folder)


if __name__ == "__main__":
    main()
