package io.matriarch.backup.codec;

import java.util.List;

/**
 * What checking a file's pages found.
 *
 * @param valid no page is damaged and the file is made of whole pages
 * @param damaged pages counted over the whole relation, ascending; empty also where the file's size
 *     makes no sense
 */
public record PageReport(boolean valid, List<Range> damaged) {
    public static final PageReport GOOD = new PageReport(true, List.of());

    public PageReport {
        damaged = List.copyOf(damaged);
    }

    /**
     * Pages, both ends included.
     *
     * @param first counted from 0 over the whole relation
     */
    public record Range(long first, long last) {}

    /** How many pages are damaged. */
    public long pages() {
        return damaged.stream().mapToLong(range -> range.last() - range.first() + 1).sum();
    }
}
