package io.matriarch.schedule.osgi;

import io.matriarch.schedule.api.ClusterTask;
import io.matriarch.schedule.api.ClusterTask.Fitness;
import io.matriarch.schedule.api.ClusterTask.Run;
import io.matriarch.schedule.cluster.ClusterTasks;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;

/** Tasks in the service registry, by the property {@link ClusterTask#NAME}; held while they run. */
final class RegisteredClusterTasks implements ClusterTasks {
    private static final String FILTER = "(" + ClusterTask.NAME + "=*)";
    private final BundleContext context;

    RegisteredClusterTasks(BundleContext context) {
        this.context = context;
    }

    private interface Use<T> {
        T of(ClusterTask task) throws Exception;
    }

    @Override
    public List<String> names() {
        return references().stream()
                .map(each -> String.valueOf(each.getProperty(ClusterTask.NAME)))
                .distinct()
                .sorted()
                .toList();
    }

    @Override
    public Optional<String> group(String task) {
        return find(task).map(each -> each.getProperty(ClusterTask.GROUP)).map(String::valueOf);
    }

    @Override
    public Fitness fitness(String task) {
        try {
            return with(task, ClusterTask::fitness).orElseGet(() -> absent(task));
        } catch (Exception | LinkageError e) {
            return new Fitness.Unfit("task " + task + " does not answer: " + e);
        }
    }

    private static Fitness.Unfit absent(String task) {
        return new Fitness.Unfit("task " + task + " is not there on this member");
    }

    @Override
    public String run(String task, Run run) throws Exception {
        return with(task, found -> found.run(run))
                .orElseThrow(() -> new IllegalStateException(absent(task).why()));
    }

    private <T> Optional<T> with(String task, Use<T> use) throws Exception {
        var reference = find(task);
        if (reference.isEmpty()) return Optional.empty();
        ClusterTask service = context.getService(reference.get());
        if (service == null) return Optional.empty(); // unregistered since we looked
        try {
            return Optional.of(use.of(service));
        } finally {
            context.ungetService(reference.get());
        }
    }

    private Optional<ServiceReference<ClusterTask>> find(String task) {
        return references().stream()
                .filter(each -> task.equals(each.getProperty(ClusterTask.NAME)))
                .max(Comparator.naturalOrder());
    }

    private Collection<ServiceReference<ClusterTask>> references() {
        try {
            return context.getServiceReferences(ClusterTask.class, FILTER);
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException("a constant", e);
        }
    }
}
