package io.matriarch.schedule.core;

/**
 * Keys of the cluster's jobs. They lie beside Patroni's, under a prefix of our own, so that its
 * tools see nothing of them.
 */
public record JobStore(String prefix) {
    public static JobStore of(String namespace, String scope) {
        return new JobStore(
                ("/matriarch/" + namespace + "/" + scope + "/jobs/").replaceAll("/+", "/"));
    }

    /** What is known of a schedule: {@link EntryJson}. */
    public String entry(String schedule) {
        return prefix + "schedule/" + schedule;
    }

    /** The claim, with its holder's lease: the run's id. */
    public String claim(String schedule) {
        return prefix + "claim/" + schedule;
    }

    /** Which schedule of a group runs, with its holder's lease. */
    public String group(String group) {
        return prefix + "group/" + group;
    }

    /** The id of a run that shall stop. */
    public String stop(String schedule) {
        return prefix + "stop/" + schedule;
    }

    /** Where the run stands, with its holder's lease. */
    public String progress(String schedule) {
        return prefix + "progress/" + schedule;
    }

    /**
     * What all ended runs of a schedule begin with; behind it the time, so that text order is time.
     */
    public String history(String schedule) {
        return prefix + "history/" + schedule + "/";
    }
}
