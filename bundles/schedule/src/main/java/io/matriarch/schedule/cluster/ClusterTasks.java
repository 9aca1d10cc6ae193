package io.matriarch.schedule.cluster;

import io.matriarch.schedule.api.ClusterTask.Fitness;
import io.matriarch.schedule.api.ClusterTask.Run;

/** Where tasks of the cluster are found, anew each time. */
public interface ClusterTasks {
    /** Of this member for the task; unfit if there is no such task. */
    Fitness fitness(String task);

    /**
     * @throws Exception what the task threw, or that there is none any more
     */
    String run(String task, Run run) throws Exception;
}
