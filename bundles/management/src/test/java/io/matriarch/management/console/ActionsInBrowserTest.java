package io.matriarch.management.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("long")
@DisplayName("What an operator does in the console")
class ActionsInBrowserTest extends InBrowser {
    private static final List<String> ACTIONS =
            List.of(
                    "#switchover",
                    "#pause",
                    "#restart",
                    "#reload",
                    "#reinitialize",
                    "#silence",
                    "#make-backup",
                    "#verify",
                    "#drill",
                    "#expire",
                    "#check-wal",
                    "#receivers button",
                    "#silences button",
                    "#jobs button",
                    "#cancel-switchover");

    private void put(String path, String from, String to) {
        member.answers.computeIfPresent(path, (_, answer) -> answer.replace(from, to));
    }

    private boolean mayGo() {
        return Boolean.FALSE.equals(page.value("document.querySelector('#go').disabled"));
    }

    private void moment(String local) {
        page.value("document.querySelector('#field-at').value = '%s'".formatted(local));
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"", "viewer", "operator", "admin"})
    @DisplayName("is offered to operators and admins, and nothing of it to anybody else")
    void byRole(String role) {
        member.answers.put(
                "/whoami", "{\"asks\":true,\"user\":\"ada\",\"role\":\"%s\"}".formatted(role));
        go();
        if (!role.isEmpty()) signIn();
        page.untilText("#receivers", "email");
        page.untilText("#silences", "member");
        page.untilText("#jobs", "42 %");
        boolean may = role.equals("operator") || role.equals("admin");
        if (may) page.untilShown("#reload");
        for (var action : ACTIONS) assertThat(page.shown(action)).as(action).isEqualTo(may);
        assertThat(page.complaints()).isEmpty();
    }

    @Test
    @DisplayName("is to switch over at a time, said in UTC, and to call that off again")
    void scheduled() {
        put("/cluster", "\"scheduledSwitchover\":\"TEXT\"", "\"scheduledSwitchover\":\"\"");
        go();
        signIn();
        assertThat(page.shown("#cancel-switchover")).isFalse();
        page.click("#switchover");
        page.choose("#field-candidate", "n2");
        moment("2026-12-01T02:30");
        page.type("#typed", "demo");
        page.click("#go");
        page.untilText("#answer", "done");
        page.click("#answer");
        assertThat(member.changes)
                .containsExactly(
                        "POST /switchover {\"leader\":\"n1\",\"candidate\":\"n2\",\"at\":\"2026-12-01T02:30:00Z\"}");
        put(
                "/cluster",
                "\"scheduledSwitchover\":\"\"",
                "\"scheduledSwitchover\":\"at 02:30 from n1 to n2\"");
        page.untilText("#scheduled", "at 02:30 from n1 to n2");
        page.click("#cancel-switchover");
        page.untilText("#question", "at 02:30 from n1 to n2");
        page.click("#go");
        page.untilText("#answer", "done");
        assertThat(member.changes).last().asString().startsWith("DELETE /switchover");
        assertThat(page.complaints()).isEmpty();
    }

    @Test
    @DisplayName("is to restart this node at a time, and to call that off again")
    void restartAt() {
        put("/cluster", "\"scheduledRestart\":\"TEXT\"", "\"scheduledRestart\":\"at 03:00\"");
        go();
        signIn();
        page.click("#restart");
        moment("2026-12-01T03:00");
        page.type("#typed", "demo");
        page.click("#go");
        page.untilText("#answer", "done");
        page.click("#answer");
        page.untilText("#restart-line", "n1 restarts at 03:00");
        page.click("#cancel-restart");
        page.click("#go");
        page.untilText("#answer", "done");
        assertThat(member.changes).hasSize(2);
        assertThat(member.changes.getFirst())
                .isEqualTo("POST /restart {\"at\":\"2026-12-01T03:00:00Z\"}");
        assertThat(member.changes.getLast()).startsWith("DELETE /restart");
    }

    @Test
    @DisplayName("is to see what expires, and to have it removed after the cluster's name is typed")
    void expires() {
        go();
        signIn();
        page.click("#expire");
        page.untilText("#shown", "20261101-010000F");
        assertThat(page.text("#shown"))
                .contains("removed", "older than the newest 2 full", "kept")
                .contains("WAL of 17-1 before 000000010000000000000002")
                .contains("one of 2 full; nothing newer was verified");
        assertThat(member.changes).as("it only looked").isEmpty();
        assertThat(mayGo()).isFalse();
        page.type("#typed", "demo");
        assertThat(mayGo()).isTrue();
        page.click("#go");
        page.untilText("#answer", "done");
        assertThat(member.changes).containsExactly("POST /backup/expire {}");
    }

    @Test
    @DisplayName("is not to remove what does not expire, nor what is not known")
    void nothingExpires() {
        member.answers.put(
                "/backup/expiry",
                "{\"repositories\":[{\"repository\":\"r\",\"trouble\":null,\"remove\":[],\"keep\":[{\"label\":\"F\","
                        + "\"reason\":\"the only one\"}],\"wal\":[],\"blocked\":[],\"notes\":[]}]}");
        go();
        signIn();
        page.click("#expire");
        page.untilText("#question", "Nothing expires");
        assertThat(page.text("#shown")).contains("the only one");
        assertThat(page.shown("#go")).isFalse();
        assertThat(page.shown("#typed")).isFalse();
        page.click("#cancel");
        member.answers.remove("/backup/expiry");
        page.click("#expire");
        page.untilText("#question", "What would go is not known: there is none");
        assertThat(page.shown("#go")).isFalse();
        page.press("Escape");
        page.click("#pause");
        assertThat(page.shown("#go")).as("of the next question").isTrue();
        assertThat(page.text("#shown")).isEmpty();
        assertThat(member.changes).isEmpty();
    }

    @Test
    @DisplayName("is to reload this node's configuration, and to test a receiver by its own name")
    void reloadsAndTests() {
        put("/alerts", "\"name\":\"TEXT\"", "\"name\":\"team / night\"");
        go();
        signIn();
        page.click("#reload");
        page.untilText("#question", "n1 reads its matriarch.yml again");
        page.click("#go");
        page.untilText("#answer", "done");
        page.click("#answer");
        page.click("#receivers button");
        page.click("#try");
        page.untilText("#said", "done");
        page.click("#go");
        page.untilText("#answer", "done");
        assertThat(member.changes)
                .containsExactly(
                        "POST /reload {}",
                        "POST /alerts/receivers/team / night/test {\"dryRun\":true}",
                        "POST /alerts/receivers/team / night/test {}");
        assertThat(page.complaints()).isEmpty();
    }

    @Test
    @DisplayName("is told what a member refuses, in its words, and may be tried again")
    void refused() {
        member.refusals.put(
                "POST /reload",
                "{\"status\":503,\"text\":\"matriarch.yml: line 7: unknown key\",\"hint\":\"did you mean ttl\"}");
        go();
        signIn();
        page.click("#reload");
        page.click("#go");
        page.untilText("#said", "matriarch.yml: line 7: unknown key (did you mean ttl)");
        assertThat(mayGo()).isTrue();
        assertThat(page.shown("#confirm")).isTrue();
    }
}
