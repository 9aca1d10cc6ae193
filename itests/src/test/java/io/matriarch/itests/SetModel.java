package io.matriarch.itests;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/**
 * The judgement of a history of appends and one final read, by the set model: whatever was
 * acknowledged is read, and nothing is read that nobody tried to append. An append without an
 * answer may be there or not.
 *
 * @param lost acknowledged and not read
 * @param invented read and never tried, or read twice
 */
record SetModel(int lost, int invented) {
    /**
     * @param tried ids from 1 up to this one were appended, answered or not
     * @param acknowledged those with an answer that says so
     * @param read the final read
     */
    static SetModel judge(long tried, Set<Long> acknowledged, Collection<Long> read) {
        var found = new HashSet<Long>();
        int invented = 0;
        for (long id : read) {
            if (id < 1 || id > tried || !found.add(id)) {
                invented++;
            }
        }
        var missing = new HashSet<>(acknowledged);
        missing.removeAll(found);
        return new SetModel(missing.size(), invented);
    }
}
