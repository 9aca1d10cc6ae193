package io.matriarch.management.rest;

import io.matriarch.api.MatriarchException;
import io.matriarch.backup.api.Restoring;
import io.matriarch.management.core.Parameters;
import io.matriarch.management.core.Refused;
import io.matriarch.management.core.Requests;
import io.matriarch.management.core.Tree;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Restores to a directory of this node: planned, begun, cancelled. */
final class RestoreAnswers {
    private static final int OK = 200;
    private static final int ACCEPTED = 202;

    private RestoreAnswers() {}

    /** The plan, and unless it is a dry run the id of the restore that has begun. */
    static Map<String, @Nullable Object> ask(Restoring restoring, Parameters in)
            throws Refused, MatriarchException {
        var wanted = Requests.restore(in);
        boolean dryRun = in.flag("dryRun");
        var plan = restoring.plan(wanted);
        String id = dryRun ? "" : restoring.start(wanted);
        String what = "%s to %s".formatted(plan.backup(), plan.directory());
        var answer = new LinkedHashMap<String, @Nullable Object>();
        answer.put("status", dryRun ? OK : ACCEPTED);
        answer.put(
                "text",
                dryRun ? "would restore " + what : "the restore of " + what + " began, job " + id);
        answer.put("job", id);
        answer.put("plan", Tree.of(plan));
        return answer;
    }
}
