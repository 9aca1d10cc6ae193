package io.matriarch.cli.core;

import java.util.ArrayList;
import java.util.List;

/** The difference of two texts, by lines, with a little of what surrounds each change. */
public final class TextDiff {

    private static final int CONTEXT = 3;

    private TextDiff() {}

    /**
     * Lines marked {@code -} (gone), {@code +} (new) or with a space; {@code ...} stands for
     * unchanged lines left out. Empty if the texts are equal.
     */
    public static List<String> of(String before, String after) {
        if (before.equals(after)) return List.of();
        return shortened(marked(before.lines().toList(), after.lines().toList()));
    }

    /** Longest common subsequence; texts are configurations, so quadratic is small. */
    private static List<String> marked(List<String> before, List<String> after) {
        int[][] common = new int[before.size() + 1][after.size() + 1];
        for (int i = before.size() - 1; i >= 0; i--)
            for (int j = after.size() - 1; j >= 0; j--)
                common[i][j] =
                        before.get(i).equals(after.get(j))
                                ? common[i + 1][j + 1] + 1
                                : Math.max(common[i + 1][j], common[i][j + 1]);
        var lines = new ArrayList<String>();
        int i = 0;
        int j = 0;
        while (i < before.size() || j < after.size()) {
            if (i < before.size() && j < after.size() && before.get(i).equals(after.get(j))) {
                lines.add(" " + before.get(i));
                i++;
                j++;
            } else if (j == after.size()
                    || i < before.size() && common[i + 1][j] >= common[i][j + 1]) {
                lines.add("-" + before.get(i++));
            } else {
                lines.add("+" + after.get(j++));
            }
        }
        return lines;
    }

    private static List<String> shortened(List<String> lines) {
        var kept = new ArrayList<String>();
        boolean gap = false;
        for (int i = 0; i < lines.size(); i++) {
            boolean near = false;
            for (int k = Math.max(0, i - CONTEXT);
                    k <= Math.min(lines.size() - 1, i + CONTEXT);
                    k++) near |= !lines.get(k).startsWith(" ");
            if (near) kept.add(lines.get(i));
            else if (!gap) kept.add("...");
            gap = !near;
        }
        return kept;
    }
}
