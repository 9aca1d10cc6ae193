package io.matriarch.alerting.engine;

import io.matriarch.alerting.api.Silence;
import io.matriarch.alerting.core.Ledger;
import io.matriarch.alerting.json.Records;
import io.matriarch.dcs.api.Compare;
import io.matriarch.dcs.api.KeyValue;
import io.matriarch.dcs.api.Snapshot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all members share, of one instant. A value that cannot be read is left out and logged: a
 * later version may have written it.
 *
 * @param members by name
 * @param revisions of the members' reports; a new one shows that the member lives
 * @param cleared ids of alerts a person called over
 * @param sender who tells the receivers; empty if nobody
 */
record Board(
        Ledger ledger,
        long ledgerRevision,
        Map<String, MemberReport> members,
        Map<String, Long> revisions,
        List<Silence> silences,
        Set<String> cleared,
        String sender) {
    private static final Logger LOG = LoggerFactory.getLogger(Board.class);

    static final String MEMBERS = "members/";
    static final String SILENCES = "silences/";
    static final String CLEARED = "cleared/";
    static final String LEDGER = "ledger";
    static final String SENDER = "sender";

    static final Board EMPTY =
            new Board(Ledger.EMPTY, 0, Map.of(), Map.of(), List.of(), Set.of(), "");

    static Board of(String prefix, Snapshot snapshot) {
        var members = new LinkedHashMap<String, MemberReport>();
        var revisions = new LinkedHashMap<String, Long>();
        var silences = new ArrayList<Silence>();
        var cleared = new TreeSet<String>();
        for (var value : snapshot.entries().values()) {
            var key = value.key().substring(prefix.length());
            if (key.startsWith(MEMBERS)) {
                var name = key.substring(MEMBERS.length());
                revisions.put(name, value.modRevision());
                read(MemberReport.class, value, report -> members.put(name, report));
            } else if (key.startsWith(SILENCES)) read(Silence.class, value, silences::add);
            else if (key.startsWith(CLEARED)) cleared.add(key.substring(CLEARED.length()));
        }
        var ledger = new Ledger[] {Ledger.EMPTY};
        var stored = snapshot.get(prefix + LEDGER);
        stored.ifPresent(value -> read(Ledger.class, value, read -> ledger[0] = read));
        return new Board(
                ledger[0],
                stored.map(KeyValue::modRevision).orElse(0L),
                members,
                revisions,
                silences,
                cleared,
                snapshot.get(prefix + SENDER).map(KeyValue::value).orElse(""));
    }

    private static <T extends Record> void read(
            Class<T> type, KeyValue value, java.util.function.Consumer<T> into) {
        try {
            into.accept(Records.read(type, value.value()));
        } catch (IOException e) {
            LOG.warn("{} is left out: {}", value.key(), e.getMessage());
        }
    }

    /** Holds as long as nobody else has written the ledger. */
    Compare ledgerAsRead(String prefix) {
        return ledgerRevision == 0
                ? new Compare.Absent(prefix + LEDGER)
                : new Compare.ModRevisionIs(prefix + LEDGER, ledgerRevision);
    }
}
