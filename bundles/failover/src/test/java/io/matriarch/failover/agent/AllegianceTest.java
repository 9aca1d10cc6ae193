package io.matriarch.failover.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.api.MemberName;
import io.matriarch.failover.core.FailsafeView.Promise;
import io.matriarch.failover.core.FailsafeView.Sender;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Whether a node may become a primary")
class AllegianceTest {
    private static final long SECOND = 1_000_000_000L;
    private static final Duration TTL = Duration.ofSeconds(5);

    @TempDir Path folder;
    private long now = Long.MAX_VALUE - 2 * SECOND; // the clock may wrap

    private Allegiance life(String boot) {
        var life = new Allegiance(new PromiseFile(folder, boot), () -> now);
        life.takeUp(TTL);
        return life;
    }

    /** One that has outlived whatever an earlier life may have promised. */
    private Allegiance settled() {
        var life = life("boot");
        now += 5 * SECOND;
        return life;
    }

    private static Sender sender(String name) {
        return new Sender(new MemberName(name), "c", "a", Map.of(), TTL);
    }

    @Test
    @DisplayName("it may not while it has promised, and may again afterwards")
    void promise() {
        var us = settled();
        assertThat(us.promise(sender("them"))).isInstanceOf(Allegiance.Reply.Promised.class);
        assertThat(us.servesOn(new MemberName("them"))).isTrue();
        assertThat(us.lead()).isFalse();
        now += 5 * SECOND - 1;
        assertThat(us.promise().map(Promise::left)).contains(Duration.ofNanos(1));
        assertThat(us.lead()).isFalse();
        now += 1;
        assertThat(us.promise()).isEmpty();
        assertThat(us.lead()).isTrue();
    }

    @Test
    @DisplayName("it promises nothing from when it is about to, until its server is down")
    void leading() {
        var us = settled();
        assertThat(us.lead()).isTrue();
        assertThat(us.promise(sender("them")))
                .isEqualTo(new Allegiance.Reply.Refused("Running as a leader"));
        us.leadsNoMore();
        assertThat(us.promise(sender("them"))).isInstanceOf(Allegiance.Reply.Promised.class);
    }

    @Test
    @DisplayName("it keeps an earlier promise that lasts longer than a later one")
    void longerOne() {
        var us = settled();
        us.promise(new Sender(new MemberName("them"), "c", "a", Map.of(), Duration.ofSeconds(60)));
        us.promise(sender("third"));
        now += 30 * SECOND;
        assertThat(us.lead()).isFalse();
    }

    @Test
    @DisplayName("it keeps what it promised before its agent was killed, and one ttl longer")
    void killed() {
        settled().promise(sender("them"));
        now += 2 * SECOND;
        var us = life("boot");
        assertThat(us.promise())
                .contains(
                        new Promise(
                                java.util.Optional.empty(), TTL.multipliedBy(2).minusSeconds(2)));
        assertThat(us.lead()).isFalse();
        now += 8 * SECOND;
        assertThat(us.lead()).isTrue();
    }

    @Test
    @DisplayName("it has each promise on disk when it gives it, and seldom waits for the disk")
    void aheadOnDisk() throws Exception {
        var us = settled();
        var file = folder.resolve("failsafe-promise");
        var written = new java.util.TreeSet<String>();
        for (int second = 0; second < 60; second++) {
            assertThat(us.promise(sender("them"))).isInstanceOf(Allegiance.Reply.Promised.class);
            String line = Files.readString(file);
            written.add(line);
            long onDisk = Long.parseLong(line.split(" ", 2)[0]);
            assertThat(onDisk - now).isGreaterThanOrEqualTo(TTL.toNanos());
            now += SECOND;
        }
        assertThat(written).hasSize(10);
    }

    @Test
    @DisplayName(
            "it waits for as long as a promise can last if the file is gone or of another boot")
    void unknown() throws Exception {
        settled().promise(sender("them"));
        now = 0;
        var rebooted = life("another-boot");
        assertThat(rebooted.lead()).isFalse();
        now += 5 * SECOND;
        assertThat(rebooted.lead()).isTrue();
        Files.delete(folder.resolve("failsafe-promise"));
        assertThat(life("another-boot").lead()).isFalse();
        now += 5 * SECOND;
        assertThat(life("another-boot").lead()).as("the second life knows").isTrue();
    }

    @Test
    @DisplayName("it promises nothing that it cannot keep on disk")
    void noDisk() throws Exception {
        Files.writeString(folder.resolve("file"), "");
        var us = new Allegiance(new PromiseFile(folder.resolve("file"), "boot"), () -> now);
        us.takeUp(TTL);
        now += 5 * SECOND;
        assertThat(us.promise(sender("them"))).isInstanceOf(Allegiance.Reply.Refused.class);
        assertThat(us.lead()).isTrue();
    }

    @Test
    @DisplayName("it was asked before it knew its own past: both promises are kept")
    void askedEarly() {
        settled().promise(sender("them"));
        var us = new Allegiance(new PromiseFile(folder, "boot"), () -> now);
        us.promise(sender("third"));
        us.takeUp(TTL);
        assertThat(us.servesOn(new MemberName("third"))).isTrue();
        assertThat(us.lead()).isFalse();
    }
}
