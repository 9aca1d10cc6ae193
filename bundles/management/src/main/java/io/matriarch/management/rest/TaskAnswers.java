package io.matriarch.management.rest;

import io.matriarch.api.MatriarchException;
import io.matriarch.management.core.Neighbours;
import io.matriarch.management.core.Parameters;
import io.matriarch.management.core.Refused;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Runs of the cluster's tasks that somebody asks for. */
final class TaskAnswers {
    private static final int ACCEPTED = 202;
    private static final int OK = 200;

    private final Neighbours neighbours;

    TaskAnswers(Neighbours neighbours) {
        this.neighbours = neighbours;
    }

    /** Where to look for what becomes of it: {@code job}, of {@code schedule}. */
    Map<String, @Nullable Object> ask(String task, Parameters in)
            throws Refused, MatriarchException {
        boolean dryRun = in.flag("dryRun");
        var wish = neighbours.clusterJobs().ask(task, dryRun);
        var answer = new LinkedHashMap<String, @Nullable Object>();
        answer.put("status", dryRun ? OK : ACCEPTED);
        answer.put(
                "text",
                dryRun
                        ? task + " would be asked for; the best placed member begins it"
                        : task
                                + " is asked for; the best placed member begins it within some"
                                + " seconds, as job "
                                + wish.id());
        answer.put("job", wish.id());
        answer.put("schedule", wish.schedule());
        answer.put("due", wish.due().toString());
        return answer;
    }
}
