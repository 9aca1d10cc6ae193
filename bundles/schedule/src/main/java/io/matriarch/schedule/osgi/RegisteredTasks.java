package io.matriarch.schedule.osgi;

import io.matriarch.schedule.api.ScheduledTask;
import io.matriarch.schedule.quartz.Tasks;
import java.util.Comparator;
import java.util.Optional;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;

/**
 * Tasks in the service registry, by the property {@link ScheduledTask#NAME}. A task is held only
 * while it runs, so its bundle may be swapped between two runs. (A task that is a delayed component
 * is made anew for each run; declare it immediate to keep its state.)
 */
final class RegisteredTasks implements Tasks {
    private final BundleContext context;

    RegisteredTasks(BundleContext context) {
        this.context = context;
    }

    @Override
    public boolean run(String task, String schedule) throws Exception {
        var reference = find(task);
        if (reference.isEmpty()) return false;
        ScheduledTask service = context.getService(reference.get());
        if (service == null) return false; // unregistered since we looked
        try {
            service.run(schedule);
            return true;
        } finally {
            context.ungetService(reference.get());
        }
    }

    /** The best ranked one, as everywhere in OSGi. */
    private Optional<ServiceReference<ScheduledTask>> find(String task)
            throws InvalidSyntaxException {
        return context.getServiceReferences(ScheduledTask.class, null).stream()
                .filter(r -> task.equals(r.getProperty(ScheduledTask.NAME)))
                .max(Comparator.naturalOrder());
    }
}
