package io.matriarch.schedule.api;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Something that runs at a time. A service of this type with the property {@link #NAME}; looked up
 * anew for each run, so its bundle can be swapped between two runs.
 */
@ConsumerType
public interface ScheduledTask {
    /** Service property: the name schedules refer to. */
    String NAME = "io.matriarch.task";

    /**
     * @param schedule the name of the schedule that is due
     * @throws Exception is logged and kept as the run's outcome
     */
    void run(String schedule) throws Exception;
}
