package io.matriarch.backup.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.backup.format.CopyRules.Decision;
import io.matriarch.backup.format.CopyRules.Found;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A differential or incremental")
class CopyRulesTest {
    private static final Label FULL = new Label("20261101-000000F");
    private static final Sha1 HASH = Sha1.parse("ad48103e4fc71796e9708cafc43adeed0d1076b7");
    private static final Attributes TODAY = new Attributes(null, null, "0640");
    private static final ManifestFile BEFORE =
            ManifestFile.of(
                    "pg_data/base/1/1",
                    8192,
                    100,
                    HASH,
                    StoredCopy.bundled(2, 30, 500, HASH),
                    Attributes.AS_DEFAULT);
    private static final ManifestFile EMPTY =
            ManifestFile.of(
                    "pg_data/e",
                    0,
                    100,
                    null,
                    StoredCopy.standalone(0, null),
                    Attributes.AS_DEFAULT);

    private static Manifest prior(boolean bundle) {
        var m = Entries.manifest(Entries.entry(FULL.text(), ""));
        var b = m.backup();
        return m.withBackup(
                new ManifestBackup(
                        b.label(),
                        b.type(),
                        b.prior(),
                        b.references(),
                        b.archiveStart(),
                        b.archiveStop(),
                        b.lsnStart(),
                        b.lsnStop(),
                        b.start(),
                        b.copyStart(),
                        b.stop(),
                        bundle,
                        false,
                        false));
    }

    private static CopyRules rules(boolean delta) {
        return new CopyRules(prior(true), delta, true);
    }

    private static Found found(long size, long modified) {
        return new Found("pg_data/base/1/1", size, modified, TODAY);
    }

    @Test
    @DisplayName("refers to a file of the same size and time, with today's owner and mode")
    void refers() {
        var decision = rules(false).decide(found(8192, 100), BEFORE);
        assertThat(decision)
                .isEqualTo(
                        new Decision.Refer(
                                new ManifestFile(
                                        BEFORE.name(),
                                        8192,
                                        100,
                                        HASH,
                                        BEFORE.stored().heldBy(FULL),
                                        null,
                                        TODAY,
                                        8192)));
        assertThat(((Decision.Refer) decision).entry().stored().reference()).isEqualTo(FULL);
    }

    @Test
    @DisplayName(
            "refers flat: to the backup that holds the bytes, not to the one that refers to it")
    void flat() {
        var older = new Label("20261001-000000F");
        var referring = BEFORE.heldBy(older, 100, Attributes.AS_DEFAULT);
        var decision = (Decision.Refer) rules(false).decide(found(8192, 100), referring);
        assertThat(decision.entry().stored().reference()).isEqualTo(older);
        assertThat(decision.entry().stored().bundle()).isEqualTo(2);
    }

    @Test
    @DisplayName("compares content where time or size differ, and everywhere with delta")
    void compares() {
        assertThat(rules(false).decide(found(8192, 101), BEFORE))
                .isEqualTo(new Decision.Compare(BEFORE));
        assertThat(rules(false).decide(found(16384, 100), BEFORE))
                .isInstanceOf(Decision.Compare.class);
        assertThat(rules(true).decide(found(8192, 100), BEFORE))
                .isEqualTo(new Decision.Compare(BEFORE));
    }

    @Test
    @DisplayName("copies a file that was not there")
    void copies() {
        assertThat(rules(false).decide(found(8192, 100), null)).isEqualTo(new Decision.Copy());
    }

    @Test
    @DisplayName("compares the size at the scan for files that came from a standby")
    void fromStandby() {
        var shorter =
                new ManifestFile(
                        BEFORE.name(), 8192, 100, HASH, BEFORE.stored(), null, TODAY, 16384);
        assertThat(rules(false).decide(found(16384, 100), shorter))
                .isInstanceOf(Decision.Refer.class);
        assertThat(rules(false).decide(found(8192, 100), shorter))
                .isInstanceOf(Decision.Compare.class);
    }

    @Test
    @DisplayName(
            "never refers to an empty file if it bundles, or if the prior stored nothing of it")
    void empty() {
        var found = new Found("pg_data/e", 0, 100, TODAY);
        assertThat(rules(false).decide(found, EMPTY)).isInstanceOf(Decision.Copy.class);
        assertThat(new CopyRules(prior(true), false, false).decide(found, EMPTY))
                .isInstanceOf(Decision.Copy.class);
        assertThat(new CopyRules(prior(false), false, false).decide(found, EMPTY))
                .isInstanceOf(Decision.Refer.class);
    }

    @Test
    @DisplayName("distrusts times after a change of timeline, or of online to offline")
    void distrustsAll() {
        var prior = prior(true);
        assertThat(
                        CopyRules.distrust(
                                prior,
                                Optional.of(WalSegment.parse("000000010000000000000009")),
                                true))
                .isEmpty();
        assertThat(
                        CopyRules.distrust(
                                prior,
                                Optional.of(WalSegment.parse("000000020000000000000009")),
                                true))
                .contains("the timeline was 1 then and is 2 now");
        assertThat(CopyRules.distrust(prior, Optional.empty(), false))
                .contains("the prior backup was made online");
    }

    @Test
    @DisplayName("distrusts times if a file shows a clock that jumped")
    void distrustsOne() {
        var start = Instant.ofEpochSecond(200);
        assertThat(CopyRules.distrust(found(8192, 100), BEFORE, start)).isEmpty();
        assertThat(CopyRules.distrust(found(8192, 150), BEFORE, start)).isEmpty();
        assertThat(CopyRules.distrust(found(8192, 201), null, start))
                .contains("pg_data/base/1/1 was modified in the future");
        assertThat(CopyRules.distrust(found(8192, 99), BEFORE, start))
                .get()
                .asString()
                .contains("older");
        assertThat(CopyRules.distrust(found(16384, 100), BEFORE, start))
                .get()
                .asString()
                .contains("another size at the same time");
    }
}
