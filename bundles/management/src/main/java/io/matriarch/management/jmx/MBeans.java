package io.matriarch.management.jmx;

import io.matriarch.management.core.Bundles;
import io.matriarch.management.core.Identity;
import io.matriarch.management.core.Neighbours;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanNotificationInfo;
import javax.management.MBeanServer;
import javax.management.MalformedObjectNameException;
import javax.management.Notification;
import javax.management.NotificationBroadcasterSupport;
import javax.management.ObjectName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Our MBeans in one MBean server. Names carry the type alone: a JVM is one node, so a command line
 * that works on one node works on all.
 */
public final class MBeans implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MBeans.class);

    public static final String ROLE_CHANGED = "io.matriarch.role.changed";
    public static final String JOB_ENDED = "io.matriarch.job.ended";
    public static final String JOB_PROGRESS = "io.matriarch.job.progress";

    private final MBeanServer server;
    private final Neighbours neighbours;
    private final InstantSource clock;
    private final Watch watch;
    private final Deque<ObjectName> registered = new ArrayDeque<>();
    private final AtomicLong roleChanges = new AtomicLong();
    private final AtomicLong jobsEnded = new AtomicLong();
    private final AtomicLong jobsFurther = new AtomicLong();
    private final NotificationBroadcasterSupport quiet = new NotificationBroadcasterSupport();
    private final NotificationBroadcasterSupport member =
            emitter(ROLE_CHANGED, "This node's role changed; user data: member, from, to, reason");
    private final NotificationBroadcasterSupport jobEnds =
            new NotificationBroadcasterSupport(
                    info(JOB_ENDED, "A job is over; the message is its id, state and result"),
                    info(JOB_PROGRESS, "A job is further; the message is its id and where it is"));

    /**
     * @throws IllegalStateException an MBean of these names is there already: another agent in this
     *     JVM
     */
    public MBeans(
            MBeanServer server,
            Neighbours neighbours,
            Bundles bundles,
            Identity identity,
            InstantSource clock,
            LongSupplier nanoTime) {
        this.server = server;
        this.neighbours = neighbours;
        this.clock = clock;
        watch = new Watch(neighbours, identity.name(), clock);
        var jobs = new Jobs(clock, watch::jobBegun, this::jobEnded, this::jobIsFurther);
        try {
            register(new ClusterBean(neighbours, jobs), ClusterMXBean.class, quiet);
            register(new MemberBean(neighbours, jobs, identity, clock), MemberMXBean.class, member);
            register(new PostgresBean(neighbours, nanoTime), PostgresMXBean.class, quiet);
            register(new MetricsBean(neighbours, clock), MetricsMXBean.class, quiet);
            register(new AuditBean(neighbours), AuditMXBean.class, quiet);
            register(new StoreBean(neighbours, nanoTime), StoreMXBean.class, quiet);
            register(new BundlesBean(bundles), BundlesMXBean.class, quiet);
            register(new SchedulesBean(neighbours), SchedulesMXBean.class, quiet);
            register(new ClusterJobsBean(neighbours), ClusterJobsMXBean.class, quiet);
            register(new BackupBean(neighbours, jobs), BackupMXBean.class, quiet);
            register(new RestoreBean(neighbours, jobs), RestoreMXBean.class, quiet);
            register(new ArchiveBean(neighbours, jobs, nanoTime), ArchiveMXBean.class, quiet);
            register(new HealthBean(neighbours), HealthMXBean.class, quiet);
            register(new EventsBean(neighbours, clock), EventsMXBean.class, quiet);
            register(new ReplicationBean(neighbours, nanoTime), ReplicationMXBean.class, quiet);
            register(new AlertsBean(neighbours, clock), AlertsMXBean.class, quiet);
            register(jobs, JobsMXBean.class, jobEnds);
        } catch (JMException e) {
            close(); // all or nothing
            throw new IllegalStateException("MBeans not registered: " + e.getMessage(), e);
        }
    }

    /** {@code ClusterMXBean} is {@code io.matriarch:type=Cluster}. */
    static ObjectName nameOf(Class<?> type) throws MalformedObjectNameException {
        return new ObjectName("io.matriarch:type=" + type.getSimpleName().replace("MXBean", ""));
    }

    private <T> void register(T bean, Class<T> type, NotificationBroadcasterSupport emitter)
            throws JMException {
        var name = nameOf(type);
        server.registerMBean(new Described(bean, type, emitter, watch), name);
        registered.push(name);
    }

    /**
     * What stands before these MBeans, and all others of the server, when somebody comes by the
     * network.
     *
     * @param asks whether callers have to say who they are
     */
    public Gate gate(boolean asks) {
        return new Gate(server, neighbours, watch, asks);
    }

    private static NotificationBroadcasterSupport emitter(String type, String text) {
        return new NotificationBroadcasterSupport(info(type, text));
    }

    private static MBeanNotificationInfo info(String type, String text) {
        return new MBeanNotificationInfo(new String[] {type}, Notification.class.getName(), text);
    }

    /** Tells whoever listens to the Member MBean. */
    public void roleChanged(String name, String from, String to, String reason) {
        long sequence = roleChanges.incrementAndGet();
        String text = "%s: %s -> %s: %s".formatted(name, from, to, reason);
        var notification = notification(ROLE_CHANGED, MemberMXBean.class, sequence, text);
        notification.setUserData(new String[] {name, from, to, reason});
        member.sendNotification(notification);
    }

    private void jobEnded(JobView job) {
        watch.jobEnded(job);
        String text = "%s %s: %d %s".formatted(job.id(), job.state(), job.status(), job.text());
        jobEnds.sendNotification(
                notification(JOB_ENDED, JobsMXBean.class, jobsEnded.incrementAndGet(), text));
    }

    private void jobIsFurther(JobView job) {
        var notification =
                notification(
                        JOB_PROGRESS,
                        JobsMXBean.class,
                        jobsFurther.incrementAndGet(),
                        job.id() + ": " + job.text());
        var now = job.progress();
        notification.setUserData(
                new String[] {
                    job.id(),
                    now.phase(),
                    now.repository(),
                    Long.toString(now.bytesDone()),
                    Long.toString(now.bytes()),
                    Long.toString(now.filesDone()),
                    Long.toString(now.files()),
                    Long.toString(now.bytesPerSecond()),
                    now.started(),
                    now.end()
                });
        jobEnds.sendNotification(notification);
    }

    private Notification notification(String type, Class<?> source, long sequence, String text) {
        try {
            return new Notification(type, nameOf(source), sequence, clock.millis(), text);
        } catch (MalformedObjectNameException e) {
            throw new IllegalStateException(e); // the names are constants
        }
    }

    @Override
    public void close() {
        while (!registered.isEmpty()) {
            var name = registered.pop();
            try {
                server.unregisterMBean(name);
            } catch (InstanceNotFoundException e) {
                LOG.debug("{} was gone already", name);
            } catch (JMException e) {
                LOG.warn("{} stays registered: {}", name, e.toString());
            }
        }
    }
}
