package io.matriarch.dcs;

import io.matriarch.dcs.api.WatchListener;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Notes what a watch tells. */
public final class Heard implements WatchListener {
    public record Told(long revision, List<Change> changes) {}

    public final List<Told> told = new CopyOnWriteArrayList<>();
    public final List<String> broken = new CopyOnWriteArrayList<>();

    @Override
    public void changed(long revision, List<Change> changes) {
        told.add(new Told(revision, changes));
    }

    @Override
    public void broken(String why) {
        broken.add(why);
    }

    public boolean isGone(String key) {
        return told.stream()
                .flatMap(t -> t.changes().stream())
                .anyMatch(c -> c instanceof Change.Gone gone && gone.key().equals(key));
    }
}
