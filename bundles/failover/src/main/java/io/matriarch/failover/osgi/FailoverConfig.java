package io.matriarch.failover.osgi;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * What {@code matriarch.yml} says about this node's agent; cluster-wide settings live in the store.
 */
@ObjectClassDefinition(
        name = "Failover",
        description = "When this node leads, follows or steps down")
public @interface FailoverConfig {
    @AttributeDefinition(name = "Scope", description = "Name of the cluster")
    String scope();

    @AttributeDefinition(name = "Name", description = "Name of this member, unique in the cluster")
    String name();

    @AttributeDefinition(name = "Namespace", description = "First part of all keys in the store")
    String namespace() default "service";

    @AttributeDefinition(
            name = "Can bootstrap",
            description = "Whether this node may create the cluster")
    boolean canBootstrap() default false;

    @AttributeDefinition(name = "Tags", description = "JSON object; see Patroni's tags")
    String tags() default "{}";

    @AttributeDefinition(
            name = "bootstrap.dcs",
            description = "JSON object: the dynamic configuration a new cluster begins with")
    String bootstrapDcs() default "{}";

    @AttributeDefinition(name = "Callbacks", description = "JSON object: command by event")
    String callbacks() default "{}";

    @AttributeDefinition(
            name = "pre_promote",
            description = "Command that must end with 0 before a promotion; empty: none")
    String prePromote() default "";

    @AttributeDefinition(
            name = "API URL",
            description =
                    "Where other members reach this node's REST interface, with the path /patroni")
    String apiUrl();

    @AttributeDefinition(
            name = "REST user",
            description = "Basic authentication of changing requests; empty: none asked for")
    String restapiUsername() default "";

    @AttributeDefinition(name = "REST password")
    String restapiPassword() default "";

    @AttributeDefinition(
            name = "Users file",
            description = "Users with roles; empty: whoever may change anything may change all")
    String usersFile() default "";

    @AttributeDefinition(
            name = "Log directory",
            description = "Where audit.log is written; empty: the state directory")
    String logDir() default "";

    @AttributeDefinition(
            name = "Metrics token",
            description = "Bearer token without which /metrics is not told; empty: none asked for")
    String metricsToken() default "";

    @AttributeDefinition(
            name = "Allowlist",
            description = "Hosts, addresses and networks that may change things; empty: all")
    String[] allowlist() default {};

    @AttributeDefinition(name = "Allowlist includes members")
    boolean allowlistIncludeMembers() default false;

    @AttributeDefinition(name = "Client certificates", description = "none, optional or required")
    String verifyClient() default "none";

    @AttributeDefinition(name = "User for calls to other members; empty: the REST user")
    String ctlUsername() default "";

    @AttributeDefinition(name = "Password for calls to other members")
    String ctlPassword() default "";

    @AttributeDefinition(name = "CA for calls to other members, a PEM file")
    String ctlCacert() default "";

    @AttributeDefinition(name = "Client certificate for calls to other members, a PEM file")
    String ctlCertfile() default "";

    @AttributeDefinition(name = "Key of that certificate, a PEM file")
    String ctlKeyfile() default "";

    @AttributeDefinition(name = "Guard", description = "Path of the program matriarch-guard")
    String guardCommand();

    @AttributeDefinition(name = "Data directory", description = "Of PostgreSQL, for messages")
    String postgresDataDir() default "";

    @AttributeDefinition(
            name = "State directory",
            description = "Where this node keeps sockets and small files")
    String stateDir();

    @AttributeDefinition(
            name = "Restart grace",
            min = "5",
            max = "600",
            description =
                    "Seconds a planned restart of the agent may take before another member takes over")
    int restartGraceSeconds() default 60;

    @AttributeDefinition(
            name = "Watchdog",
            description = "off, automatic or required; empty: the guard is told nothing of it")
    String watchdogMode() default "";

    @AttributeDefinition(name = "Watchdog device", description = "An absolute path")
    String watchdogDevice() default "/dev/watchdog";

    @AttributeDefinition(
            name = "Write probe",
            min = "0",
            max = "60",
            description = "Seconds between two tries to write beside the WAL; 0: none")
    int writeProbeSeconds() default 2;

    @AttributeDefinition(
            name = "Write fails after",
            min = "5",
            max = "3600",
            description = "Seconds writing must have failed before leadership is handed over")
    int writeFailsAfterSeconds() default 20;

    @AttributeDefinition(
            name = "Write failure",
            description = "What a leader does that cannot write: switchover or alert")
    String writeFailureAction() default "switchover";

    @AttributeDefinition(
            name = "Pause between switchovers for want of room",
            min = "0",
            max = "86400",
            description = "Seconds")
    int writeSwitchoverPauseSeconds() default 600;

    @AttributeDefinition(
            name = "WAL ballast",
            min = "0",
            description = "Bytes kept beside the WAL, freed when its disk is full; 0: none")
    long walBallastBytes() default 67_108_864;

    @AttributeDefinition(
            name = "WAL least free",
            min = "0",
            description = "Bytes; less free space on the disk of the WAL counts as none")
    long walLeastFreeBytes() default 33_554_432;
}
