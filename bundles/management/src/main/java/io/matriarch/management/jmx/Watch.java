package io.matriarch.management.jmx;

import io.matriarch.access.api.AccessRole;
import io.matriarch.access.api.AuditEntry;
import io.matriarch.management.core.Json;
import io.matriarch.management.core.Neighbours;
import io.matriarch.management.core.Refused;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.management.MBeanOperationInfo;
import javax.management.openmbean.CompositeData;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes down who changes what by JMX, in the log the REST port writes to. */
final class Watch {
    private static final Logger LOG = LoggerFactory.getLogger(Watch.class);
    private static final String METHOD = "JMX";
    private static final int MOST = 2048;
    private static final int DONE = 200;
    private static final int ASKED = 202;
    private static final int FAILED = 500;

    private final Neighbours neighbours;
    private final String member;
    private final InstantSource clock;
    private final Map<String, Begun> begun = new ConcurrentHashMap<>();

    private record Begun(Instant at, Caller by) {}

    Watch(Neighbours neighbours, String member, InstantSource clock) {
        this.neighbours = neighbours;
        this.member = member;
        this.clock = clock;
    }

    /** A call that is under way. */
    final class Noted {
        private final Instant at = clock.instant();
        private final String path;
        private final String body;
        private int status = FAILED;

        private Noted(String path, String body) {
            this.path = path;
            this.body = body;
        }

        /** Unless this is called, the call has failed. */
        void answered(@Nullable Object answer) {
            status = status(answer);
        }

        void write() {
            var by = Caller.current();
            add(at, by, role(by), path, body, status, "");
        }
    }

    /** Begins to note a call; {@link Noted#write} it when it is over. */
    Noted begin(String bean, MBeanOperationInfo operation, @Nullable Object[] values) {
        return new Noted(bean + " " + operation.getName(), body(operation, values));
    }

    /** What was not let in. */
    void refused(String path, int status, String why) {
        var by = Caller.current();
        add(clock.instant(), by, by.user().isEmpty() ? "" : role(by), path, "", status, why);
    }

    /** By the thread that asked for it. */
    void jobBegun(JobView job) {
        begun.put(job.id(), new Begun(clock.instant(), Caller.current()));
    }

    void jobEnded(JobView job) {
        var asked = begun.remove(job.id());
        if (asked != null)
            add(
                    asked.at(),
                    asked.by(),
                    role(asked.by()),
                    "job " + job.id(),
                    job.text(),
                    job.status(),
                    "");
    }

    private static int status(@Nullable Object answer) {
        if (!(answer instanceof CompositeData data) || !data.containsKey("status")) return DONE;
        if (data.containsKey("state") && "running".equals(data.get("state"))) return ASKED;
        return data.get("status") instanceof Integer status ? status : DONE;
    }

    private static String body(MBeanOperationInfo operation, @Nullable Object[] values) {
        var named = new LinkedHashMap<String, Object>();
        for (int i = 0; i < operation.getSignature().length; i++) {
            Object value = values[i];
            if (value != null)
                named.put(
                        operation.getSignature()[i].getName(),
                        value instanceof String text ? AuditEntry.starred(text) : value);
        }
        var text = Json.text(named);
        return text.length() <= MOST ? text : text.substring(0, MOST);
    }

    private void add(
            Instant at,
            Caller by,
            String role,
            String path,
            String body,
            int status,
            String refused) {
        try {
            neighbours
                    .audit()
                    .add(
                            new AuditEntry(
                                    at,
                                    member,
                                    by.user(),
                                    role,
                                    by.from(),
                                    METHOD,
                                    path,
                                    body,
                                    status,
                                    refused,
                                    Duration.between(at, clock.instant()).toMillis(),
                                    by.certificate()));
        } catch (Refused e) {
            LOG.error(
                    "not in the audit log, which is absent: {} from {}: {} {} -> {} {}",
                    by.user(),
                    by.from(),
                    path,
                    body,
                    status,
                    refused);
        }
    }

    /** As it is now; everybody is an administrator where nobody is asked. */
    private String role(Caller by) {
        if (by.user().isEmpty()) return AccessRole.ADMIN.word();
        try {
            return by.role(neighbours.access()).map(AccessRole::word).orElse("");
        } catch (Refused e) {
            LOG.debug("whose role it is cannot be told", e);
            return "";
        }
    }
}
