package io.matriarch.schedule.cluster;

import io.matriarch.schedule.api.ClusterTask.Fitness;
import io.matriarch.schedule.api.ClusterTask.Run;
import java.util.List;
import java.util.Optional;

/** Where tasks of the cluster are found, anew each time. */
public interface ClusterTasks {
    /** Tasks this member knows. */
    List<String> names();

    /** The group of which one runs at a time; empty if it has none. */
    Optional<String> group(String task);

    /** Of this member for the task; unfit if there is no such task. */
    Fitness fitness(String task);

    /**
     * @throws Exception what the task threw, or that there is none any more
     */
    String run(String task, Run run) throws Exception;
}
