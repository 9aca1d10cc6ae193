package io.matriarch.alerting.core;

import static io.matriarch.alerting.core.Expr.metric;
import static io.matriarch.alerting.core.Rule.Topic.HOST;
import static io.matriarch.alerting.core.Rule.Trait.NEVER_MUTED;

import java.time.Duration;
import java.util.List;

/** The machine, and the appliance's own parts. */
final class HostRules {
    private HostRules() {}

    /** pg_wal has a rule of its own. */
    private static final String ROLES = "data|temp|spool|log|tablespace";

    static List<Rule> all() {
        return List.of(
                diskFull(),
                inodes(),
                diskSlow(),
                memory(),
                oom(),
                swap(),
                load(),
                certificate(),
                clock(),
                collector(),
                notification(),
                versions(),
                jvm());
    }

    private static Rule diskFull() {
        var free = metric("matriarch_volume_free_bytes", "role", ROLES);
        var size = metric("matriarch_volume_size_bytes", "role", ROLES);
        return Rule.named("DiskFull", HOST)
                .of("role")
                .measure(Expr.constant(100).minus(free.over(size).percent()))
                .clearMargin(5)
                .measure(metric("matriarch_volume_full_eta_seconds", "role", ROLES))
                .clearHalf()
                .traits(NEVER_MUTED)
                .says(
                        "the {role} volume on {member} is {value} full",
                        "the {role} volume on {member} will be full in {value}")
                .impact(
                        "When it is full, writes fail; a data volume takes PostgreSQL down with it.")
                .first(
                        "df -h; df -i   # on {member}",
                        "du -xsh DATA_DIR/* | sort -h | tail   # on {member}")
                .runbook(
                        "What grew: a table (`\\dt+`), temporary files (TempSpillHigh), logs, a clone kept as"
                                + " `DATA_DIR.before-reclone`? Never remove files of pg_wal. Grow the"
                                + " volume, or drop what is not needed and VACUUM.");
    }

    private static Rule inodes() {
        return Rule.named("InodesLow", HOST)
                .of("role")
                .measure(metric("matriarch_volume_inodes_free_ratio").percent())
                .clearMargin(5)
                .says("the {role} volume on {member} has {value} of its inodes left")
                .impact("No file can be made when they are used up, though there is room.")
                .first("df -i   # on {member}")
                .runbook(
                        "Look for directories with very many small files; mail spools and session files are usual.");
    }

    private static Rule diskSlow() {
        return Rule.named("DiskSlow", HOST)
                .of("device")
                .measure(
                        metric("matriarch_disk_latency_seconds")
                                .most("cluster", "member", "device"))
                .clearHalf()
                .says("disk {device} of {member} takes {value} per request")
                .impact("Commits and checkpoints wait for it; on etcd's disk, elections do.")
                .first("iostat -x 5 3   # on {member}", "dmesg -T | tail -n 30   # on {member}")
                .runbook(
                        "Who reads or writes that much (a backup, a vacuum, a checkpoint)? A disk that is slow"
                                + " without load is failing, or its provider throttles it.");
    }

    private static Rule memory() {
        return Rule.named("MemoryLow", HOST)
                .measure(metric("matriarch_memory_available_ratio").percent())
                .clearMargin(5)
                .says("{member} has {value} of its memory available")
                .impact("The kernel will end a process, often PostgreSQL.")
                .first("free -m; ps aux --sort=-rss | head   # on {member}")
                .runbook(
                        "Many sessions times `work_mem`? `shared_buffers` without huge pages? Set"
                                + " `vm.overcommit_memory=2` on hosts that PostgreSQL has for itself.");
    }

    private static Rule oom() {
        return Rule.named("OomKill", HOST)
                .measure(
                        new Expr.Increase(metric("matriarch_oom_kills_total"), Duration.ofHours(1))
                                .isAbove(0))
                .says("the kernel of {member} ended a process for want of memory")
                .impact("If it was a server process, all sessions were reset.")
                .first("dmesg -T | grep -i -A5 'out of memory'   # on {member}")
                .runbook(
                        "As for MemoryLow; protect the postmaster: `OOMScoreAdjust=-1000` of its unit.");
    }

    private static Rule swap() {
        return Rule.named("SwapUse", HOST)
                .measure(metric("matriarch_swap_used_ratio").percent())
                .clearHalf()
                .says("{member} has {value} of its swap in use")
                .impact("What is swapped out answers slowly; an agent that is can miss its lease.")
                .first("free -m; vmstat 5 3   # on {member}")
                .runbook(
                        "Columns `si` and `so` of vmstat above zero: as for MemoryLow. At zero it is an old trace.");
    }

    private static Rule load() {
        return Rule.named("LoadHigh", HOST)
                .measure(metric("matriarch_load_per_core"))
                .clearHalf()
                .says("{member} has a load of {value} per core")
                .impact("Everything on it waits its turn, the agent too.")
                .first("top -b -n1 | head -n 20   # on {member}", "iostat -x 5 3   # on {member}")
                .runbook(
                        "CPU busy: the longest queries (`pg_stat_activity`). CPU idle and load high: the disk (DiskSlow).");
    }

    private static Rule certificate() {
        return Rule.named("CertificateExpiry", HOST)
                .of("use", "subject")
                .measure(
                        new Expr.Until(
                                metric("matriarch_tls_certificate_expiry_timestamp_seconds")))
                .says("the {use} certificate \"{subject}\" on {member} ends in {value}")
                .impact("After that, connections that check it fail.")
                .first("openssl x509 -noout -enddate -subject -in FILE   # on {member}")
                .runbook(
                        "Renew it, then `matriarchctl reload {member}`; PostgreSQL's own: `select pg_reload_conf()`.");
    }

    private static Rule clock() {
        return Rule.named("ClockUnsynchronized", HOST)
                .measure(metric("matriarch_clock_synchronized").not().held())
                .says("the clock of {member} has not been synchronised for {value}")
                .impact("It drifts; see ClockSkew for what that means.")
                .first("timedatectl; chronyc sources   # on {member}")
                .runbook("Start the time daemon; let it reach its servers (UDP 123).");
    }

    private static Rule collector() {
        return Rule.named("CollectorFailing", HOST)
                .of("statement")
                .measure(
                        Expr.either(
                                        metric("matriarch_collector_success").not(),
                                        metric("matriarch_alerting_blind"))
                                .held())
                .says("{member} has not measured {statement} for {value}")
                .impact(
                        "Alerts that need those figures cannot be judged: their silence means nothing.")
                .first("journalctl -u matriarch --since -1h | grep -i collect   # on {member}")
                .runbook(
                        "A right is missing (the monitoring user needs `pg_monitor`), a statement runs into its"
                                + " time limit, or the bundle `matriarch-monitor` does not run (`matriarchctl"
                                + " bundles`).");
    }

    private static Rule notification() {
        return Rule.named("NotificationFailing", HOST)
                .ofCluster("receiver")
                .measure(
                        metric("matriarch_notifications_oldest_seconds")
                                .most("cluster", "receiver"))
                .says("receiver {receiver} has not taken a notice for {value}")
                .impact(
                        "Whoever reads there knows nothing of what goes on. Other receivers are told.")
                .first(
                        "matriarchctl alerts receivers",
                        "matriarchctl alerts test {receiver}",
                        "journalctl -u matriarch --since -1h | grep -i {receiver}")
                .runbook(
                        "The receiver's last answer stands in `matriarchctl alerts receivers`. Password, certificate,"
                                + " address, size? Notices are kept and tried for 24 h; nothing is lost"
                                + " before.");
    }

    private static Rule versions() {
        return Rule.named("AgentVersionMismatch", HOST)
                .ofCluster()
                .measure(metric("matriarch_agent_versions").isAbove(1).most("cluster"))
                .says("members of {cluster} run different versions of Matriarch")
                .impact("An upgrade was begun and not ended; newer features wait for it.")
                .first("matriarchctl version")
                .runbook("Upgrade the members that are left: docs/operations.md, \"Upgrade\".");
    }

    private static Rule jvm() {
        return Rule.named("JvmPressure", HOST)
                .measure(
                        new Expr.Increase(
                                        metric("jvm_gc_collection_seconds_sum"),
                                        Duration.ofMinutes(5))
                                .sum("cluster", "member")
                                .over(Expr.constant(3)))
                .clearHalf()
                .says("the agent of {member} spends {value} of its time on its own memory")
                .impact("Its lease renewals come late; beyond the deadline the primary is fenced.")
                .first("jcmd $(pgrep -f matriarch-launcher) GC.heap_info   # on {member}")
                .runbook(
                        "A backup with many workers needs more heap; see JAVA_OPTS in docs/installation.md.");
    }
}
