package io.matriarch.management.jmx;

import io.matriarch.management.core.BundleInfo;
import io.matriarch.management.core.Bundles;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

final class BundlesBean implements BundlesMXBean {
    private final Bundles bundles;

    BundlesBean(Bundles bundles) {
        this.bundles = bundles;
    }

    @Override
    public List<BundleInfo> getBundles() {
        return bundles.list();
    }

    @Override
    public int getActiveCount() {
        return (int) bundles.list().stream().filter(b -> b.state().equals("active")).count();
    }

    private static Optional<String> given(@Nullable String location) {
        return Optional.ofNullable(location).filter(l -> !l.isBlank());
    }

    @Override
    public Views.Outcome update(long id, String location) {
        return Calls.perform(() -> bundles.update(id, given(location), false));
    }

    @Override
    public Views.Outcome updateDryRun(long id, String location) {
        return Calls.perform(() -> bundles.update(id, given(location), true));
    }

    @Override
    public Views.Outcome start(long id) {
        return Calls.perform(() -> bundles.start(id));
    }

    @Override
    public Views.Outcome stop(long id) {
        return Calls.perform(() -> bundles.stop(id, false));
    }

    @Override
    public Views.Outcome stopDryRun(long id) {
        return Calls.perform(() -> bundles.stop(id, true));
    }

    @Override
    public Views.Outcome refresh(long id) {
        return Calls.perform(() -> bundles.refresh(id, false));
    }

    @Override
    public Views.Outcome refreshDryRun(long id) {
        return Calls.perform(() -> bundles.refresh(id, true));
    }
}
