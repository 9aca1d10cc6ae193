package io.matriarch.management.jmx;

import java.util.List;

@Description("What is wrong now, who is told, and what is kept quiet")
public interface AlertsMXBean {
    @Description("Everything that fires in the cluster, the most severe first; muted ones too")
    List<AlertViews.Firing> getFiring();

    @Description(value = "Critical alerts that are not muted", units = "alerts")
    int getCriticalCount();

    @Description(value = "Warnings that are not muted", units = "alerts")
    int getWarningCount();

    @Description("What was over within the last day, newest first")
    List<AlertViews.Over> getPast();

    @Description("What was over after a time, newest first; the last 200 are kept")
    @Impact(Impact.READS)
    List<AlertViews.Over> pastSince(
            @Description("A time with its zone, such as 2026-11-25T02:30:00Z") String time);

    @Description("Every rule with the limits that apply here")
    List<AlertViews.Known> getRules();

    @Description("The rules as a file for Prometheus")
    @Impact(Impact.READS)
    String prometheusRules();

    @Description("Silences that are active or planned")
    List<AlertViews.Quiet> getSilences();

    @Description("Who is told, and how each of them does as seen from this member")
    List<AlertViews.Receiver> getReceivers();

    @Description("The member that tells the receivers; empty if none is known")
    String getSender();

    @Description("Whether the store is away and this member tells what it knows by itself")
    boolean isDegraded();

    @Description("Why the store was not read in the last round; empty if it was")
    String getStoreError();

    @Description("Keeps alerts quiet for a while, on every member")
    @Impact(Impact.CHANGES)
    Views.Outcome silence(
            @Description("Such as alertname=DiskFull,member=~\"n[12]\"") String matchers,
            @Description("How long, in seconds") long seconds,
            @Description("From when, such as 2026-11-23T02:30:00Z; empty: now") String from,
            @Description("Who sets it; empty: the user, or JMX") String by,
            @Description("Why it is set") String comment);

    @Description("Says what a silence would do, and sets none")
    @Impact(Impact.READS)
    Views.Outcome silenceDryRun(
            @Description("Such as alertname=DiskFull,member=~\"n[12]\"") String matchers,
            @Description("How long, in seconds") long seconds,
            @Description("From when; empty: now") String from,
            @Description("Who sets it; empty: the user, or JMX") String by,
            @Description("Why it is set") String comment);

    @Description("Ends a silence before its time")
    @Impact(Impact.CHANGES)
    Views.Outcome expireSilence(@Description("Its id") String id);

    @Description("Says which silence would end, and ends none")
    @Impact(Impact.READS)
    Views.Outcome expireSilenceDryRun(@Description("Its id") String id);

    @Description("Calls an alert over that ends by hand only, such as SplitBrain")
    @Impact(Impact.CHANGES)
    Views.Outcome resolve(
            @Description("Its id, or the beginning of it") String id,
            @Description("Who says so; empty: the user, or JMX") String by);

    @Description("Says which alert would be called over, and does nothing")
    @Impact(Impact.READS)
    Views.Outcome resolveDryRun(
            @Description("Its id, or the beginning of it") String id,
            @Description("Who says so; empty: the user, or JMX") String by);

    @Description("Sends a test notice to a receiver now; the text is what it answered")
    @Impact(Impact.CHANGES)
    Views.Outcome testReceiver(@Description("Its name") String receiver);

    @Description("Says how a receiver would be reached, and sends nothing")
    @Impact(Impact.READS)
    Views.Outcome testReceiverDryRun(@Description("Its name") String receiver);
}
