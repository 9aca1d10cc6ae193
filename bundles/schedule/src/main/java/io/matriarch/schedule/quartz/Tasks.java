package io.matriarch.schedule.quartz;

/** Where tasks are found, anew for each run. */
@FunctionalInterface
public interface Tasks {
    /**
     * Runs the task of that name.
     *
     * @return false if there is none at this moment
     * @throws Exception what the task threw
     */
    boolean run(String task, String schedule) throws Exception;
}
