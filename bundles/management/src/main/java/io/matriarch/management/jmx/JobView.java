package io.matriarch.management.jmx;

/**
 * A long operation.
 *
 * @param state {@code running}, {@code done}, {@code refused} or {@code failed}
 * @param started ISO 8601
 * @param ended ISO 8601; empty while it runs
 * @param status HTTP's number of the result; 0 while it runs
 * @param text the result; while it runs where it stands, empty if that is not told
 * @param hint what would be right; empty if there is nothing to add
 * @param progress where it stands, in figures; with empty texts if it tells none, and at its end
 */
public record JobView(
        String id,
        String operation,
        String state,
        String started,
        String ended,
        int status,
        String text,
        String hint,
        ProgressView progress) {

    static JobView running(String id, String operation, String started) {
        return new JobView(id, operation, "running", started, "", 0, "", "", ProgressView.NONE);
    }

    JobView standing(String sentence, ProgressView figures) {
        return new JobView(id, operation, state, started, ended, status, sentence, hint, figures);
    }

    JobView ended(String at, Views.Outcome outcome) {
        String how =
                outcome.status() < 300 ? "done" : outcome.status() < 500 ? "refused" : "failed";
        return new JobView(
                id,
                operation,
                how,
                started,
                at,
                outcome.status(),
                outcome.text(),
                outcome.hint(),
                ProgressView.NONE);
    }
}
