package io.matriarch.monitor.api;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** What is known about this node, for pages, consoles and rules. Everything is from memory. */
@ProviderType
public interface Monitor {
    /**
     * The figures of this moment: of PostgreSQL, this host, and of every {@link MetricSource}. What
     * is not known, or is older than three of its intervals, is left out.
     */
    List<Family> figures();
}
