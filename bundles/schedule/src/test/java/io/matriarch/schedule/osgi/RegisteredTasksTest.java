package io.matriarch.schedule.osgi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.matriarch.schedule.api.ScheduledTask;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import org.apache.felix.framework.FrameworkFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.launch.Framework;

@DisplayName("Among the tasks in a real service registry")
class RegisteredTasksTest {
    private final List<String> ran = new ArrayList<>();
    private Framework framework;
    private BundleContext context;

    @BeforeEach
    void start(@TempDir Path storage) throws Exception {
        framework =
                new FrameworkFactory()
                        .newFramework(
                                Map.of(
                                        Constants.FRAMEWORK_STORAGE,
                                        storage.toString(),
                                        Constants.FRAMEWORK_STORAGE_CLEAN,
                                        Constants.FRAMEWORK_STORAGE_CLEAN_ONFIRSTINIT));
        framework.start();
        context = framework.getBundleContext();
    }

    @AfterEach
    void stop() throws Exception {
        framework.stop();
        framework.waitForStop(30_000);
    }

    @Test
    void oneIsFoundByItsPropertyAndLetGoAfterwards() throws Exception {
        register("verify", 0, "other");
        var reference = register("backup)(", 0, "found"); // no filter syntax gets in the way
        assertThat(new RegisteredTasks(context).run("backup)(", "tonight")).isTrue();
        assertThat(ran).containsExactly("found tonight");
        assertThat(reference.getUsingBundles()).isNull();
    }

    @Test
    void noneOfThatNameIsAnAnswer() throws Exception {
        register("verify", 0, "other");
        assertThat(new RegisteredTasks(context).run("backup", "tonight")).isFalse();
        assertThat(ran).isEmpty();
    }

    @Test
    void theBestRankedOfANameRuns() throws Exception {
        register("backup", 1, "first");
        register("backup", 5, "best");
        new RegisteredTasks(context).run("backup", "tonight");
        assertThat(ran).containsExactly("best tonight");
    }

    @Test
    void oneThatFailsIsLetGoToo() {
        var reference =
                register(
                        "backup",
                        0,
                        _ -> {
                            throw new IllegalStateException("no room");
                        });
        assertThatThrownBy(() -> new RegisteredTasks(context).run("backup", "tonight"))
                .hasMessage("no room");
        assertThat(reference.getUsingBundles()).isNull();
    }

    private ServiceReference<ScheduledTask> register(String name, int ranking, String says) {
        return register(name, ranking, schedule -> ran.add(says + " " + schedule));
    }

    private ServiceReference<ScheduledTask> register(String name, int ranking, ScheduledTask task) {
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put(ScheduledTask.NAME, name);
        properties.put(Constants.SERVICE_RANKING, ranking);
        return context.registerService(ScheduledTask.class, task, properties).getReference();
    }
}
