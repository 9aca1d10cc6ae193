package io.matriarch.management.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Instant;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** In a real browser, with a member that answers what the tests want it to. */
@Tag("long")
@DisplayName("The console in Chromium")
class BrowserTest extends InBrowser {
    private static final String EVIL = "<img src=x onerror=document.title='evil'>";

    @Test
    @DisplayName(
            "shows names that are markup as names, and addresses that are programs as no links")
    void escapes() {
        Answers.of(EVIL, member.origin())
                .forEach((path, answer) ->
                        member.answers.put(
                                path, answer.replace("TEXT", EVIL.replace("\"", "\\\""))));
        go();
        for (var place :
                new String[] {
                    "#members",
                    "#alerts",
                    "#backups",
                    "#jobs",
                    "#decisions",
                    "#events",
                    "#health",
                    "#silences",
                    "#receivers",
                    "#archive"
                }) page.untilText(place, EVIL);
        page.until("the picture", "document.querySelector('#topology svg') !== null");
        signIn();
        page.click("#expire");
        page.untilText("#shown", EVIL);
        page.click("#cancel");
        assertThat(page.value("document.querySelectorAll('img').length")).isEqualTo(0);
        assertThat(
                        page.value(
                                "[...document.querySelectorAll('a')].filter(a => a.protocol === 'javascript:').length"))
                .isEqualTo(0);
        assertThat(page.value("document.title")).isEqualTo("demo - Matriarch");
        assertThat(page.complaints()).isEmpty();
    }

    @Test
    @DisplayName("draws who streams from whom, and what waits at each stage")
    void topology() {
        go();
        page.until(
                "the stages",
                "document.querySelector('#topology').textContent.includes('3.0 MiB')");
        var text = String.valueOf(page.value("document.querySelector('#topology').textContent"));
        assertThat(text).contains("to send", "to write", "to flush", "to replay", "1.2 s behind");
        assertThat(page.text("#tiles"))
                .contains("RPO: leader lost", "nothing", "RPO: all lost", "12 s", "RTO: all lost");
        assertThat(page.text("#members")).contains("leader", "2.0 KiB", "5 B");
        page.until("charts", "document.querySelectorAll('#charts canvas').length === 1");
        assertThat(page.complaints()).isEmpty();
    }

    @Test
    @DisplayName("offers nothing to one who has not signed in, or is a viewer, or is refused")
    void roles() {
        go();
        assertThat(page.shown("#switchover")).isFalse();
        page.click("#sign-in");
        page.type("#user", "ada");
        page.type("#password", "wrong");
        page.press("Enter");
        page.untilText("#refusal", "not authenticated");
        assertThat(page.shown("#switchover")).isFalse();
        member.answers.put("/whoami", "{\"asks\":true,\"user\":\"carl\",\"role\":\"viewer\"}");
        page.type("#password", "right");
        page.press("Enter");
        page.untilText("#who", "carl, viewer");
        assertThat(page.shown("#switchover")).isFalse();
        assertThat(page.shown("#make-backup")).isFalse();
        page.click("#sign-out");
        member.answers.put("/whoami", "{\"asks\":true,\"user\":\"ada\",\"role\":\"operator\"}");
        signIn();
        page.untilShown("#switchover");
        page.untilText("#blocking", "update stock");
        assertThat(page.complaints()).isEmpty();
    }

    @Test
    @DisplayName("does nothing before the cluster's name is typed, and then what was asked")
    void confirms() {
        go();
        signIn();
        page.click("#switchover");
        assertThat(page.value("document.querySelector('#go').disabled")).isEqualTo(true);
        page.type("#typed", "other");
        page.press("Enter");
        page.click("#cancel");
        page.click("#switchover");
        page.type("#typed", "demo");
        page.choose("#field-candidate", "n3");
        assertThat(member.changes).isEmpty();
        page.click("#try");
        page.untilText("#said", "<b>done</b>");
        assertThat(member.changes)
                .containsExactly(
                        "POST /switchover {\"leader\":\"n1\",\"candidate\":\"n3\",\"dryRun\":true}");
        page.click("#go");
        page.untilText("#answer", "<b>done</b>");
        assertThat(member.changes)
                .hasSize(2)
                .last()
                .isEqualTo("POST /switchover {\"leader\":\"n1\",\"candidate\":\"n3\"}");
        assertThat(page.complaints()).isEmpty();
    }

    @Test
    @DisplayName("plans a restore to the moment of the slider, moved by the keyboard")
    void plans() {
        go();
        signIn();
        page.until("the slider", "document.querySelector('#moment').max !== '100'");
        page.value("document.querySelector('#moment').focus()");
        page.press("ArrowLeft");
        page.type("#directory", "/srv/restored");
        page.click("#make-plan");
        page.untilText("#plan", "20261123-010000F");
        var latest = Instant.parse("2026-11-30T01:00:00Z");
        assertThat(member.changes)
                .containsExactly(
                        "POST /restores {\"target\":\"%s\",\"directory\":\"/srv/restored\",\"dryRun\":true}"
                                .formatted(latest.minusSeconds(1)));
        page.click("#begin");
        assertThat(page.value("document.querySelector('#go').disabled")).isEqualTo(true);
        page.press("Escape");
        assertThat(member.changes).hasSize(1);
    }

    @Test
    @DisplayName("goes on with another member when its own dies, and comes back to it")
    void outlives() throws IOException {
        try (var other = new FakeMember()) {
            Answers.of("n1", member.origin(), other.origin()).forEach(member.answers::put);
            Answers.of("n1", member.origin(), other.origin()).forEach(other.answers::put);
            member.pages.add(other.origin());
            other.pages.add(member.origin());
            go();
            signIn();
            page.untilShown("#switchover");
            member.close();
            page.untilText("#stale", "does not answer");
            page.untilText("#fresh", "n2");
            assertThat(page.text("#members")).contains("n1", "n2");
            page.until("no buttons", "!document.body.classList.contains('operator')");
            other.close();
            page.untilText("#stale", "No member answers");
            page.untilText("#fresh", "last known");
            assertThat(page.text("#members")).contains("n1", "n2");
        }
    }
}
