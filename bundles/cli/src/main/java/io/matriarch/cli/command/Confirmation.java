package io.matriarch.cli.command;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.cli.core.Cluster;
import io.matriarch.cli.core.MemberTable;
import java.io.IOException;
import java.util.Locale;

/** Asks before something is changed; not under {@code --yes} or {@code --dry-run}. */
final class Confirmation {

    private Confirmation() {}

    /** Shows the cluster as it is, then asks for y or N. */
    static void ask(Root root, Cluster cluster, String question) throws MatriarchException {
        if (skipped(root)) return;
        root.surroundings().err().print(MemberTable.of(cluster).render());
        ask(root, question);
    }

    /**
     * @throws MatriarchException {@link Code#REFUSED} unless the answer is yes
     */
    static void ask(Root root, String question) throws MatriarchException {
        if (skipped(root)) return;
        String answer = answer(root, question + " [y/N]: ").toLowerCase(Locale.ROOT);
        if (!answer.equals("y") && !answer.equals("yes")) throw refused("answer y");
    }

    /** For what cannot be taken back: a word must be typed. */
    static void typed(Root root, Cluster cluster, String question, String word)
            throws MatriarchException {
        if (skipped(root)) return;
        root.surroundings().err().print(MemberTable.of(cluster).render());
        String answer = answer(root, "%s Type \"%s\" to go on: ".formatted(question, word));
        if (!answer.equals(word)) throw refused("type " + word);
    }

    private static boolean skipped(Root root) {
        return root.yes() || root.dryRun();
    }

    // questions go to standard error, so that output can be piped while a person answers
    private static String answer(Root root, String prompt) throws MatriarchException {
        var err = root.surroundings().err();
        err.print(prompt);
        err.flush();
        try {
            String line = root.surroundings().in().readLine();
            if (line == null) err.println();
            return line == null ? "" : line.trim();
        } catch (IOException e) {
            throw new MatriarchException(
                    Code.REFUSED, "no answer can be read: " + e.getMessage(), "give --yes", e);
        }
    }

    private static MatriarchException refused(String how) {
        return new MatriarchException(
                Code.REFUSED, "not confirmed; nothing was done", how + ", or give --yes");
    }
}
