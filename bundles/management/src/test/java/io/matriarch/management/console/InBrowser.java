package io.matriarch.management.console;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.matriarch.management.browser.Chromium;
import io.matriarch.management.browser.Page;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** A real browser, and a member that answers what a test wants it to. */
@TestInstance(Lifecycle.PER_CLASS)
abstract class InBrowser {
    private Chromium chromium;
    FakeMember member;
    Page page;

    @BeforeAll
    void browser() throws IOException {
        assumeTrue(Chromium.missing().isEmpty(), Chromium.missing());
        chromium = new Chromium("127.0.0.1");
    }

    @AfterAll
    void end() throws IOException {
        if (chromium != null) chromium.close();
    }

    @BeforeEach
    void openPage() throws IOException {
        member = new FakeMember();
        Answers.of("n1", member.origin()).forEach(member.answers::put);
        page = chromium.page();
        page.size(1280, 900, false);
    }

    @AfterEach
    void closeMember() {
        page.close();
        member.close();
    }

    void go() {
        page.go(member.origin() + "/console");
        page.untilText("#cluster", "demo");
    }

    void signIn() {
        page.click("#sign-in");
        page.type("#user", "ada");
        page.type("#password", "right");
        page.press("Enter");
        page.untilText("#who", "ada");
    }
}
