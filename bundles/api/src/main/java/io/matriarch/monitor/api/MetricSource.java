package io.matriarch.monitor.api;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A service of this type has figures for {@code /metrics}. Whoever serves that page asks every one
 * that is there.
 */
@ConsumerType
public interface MetricSource {
    /**
     * The figures of this moment, from memory: a page that is read often must cost no query and no
     * call over the network. What is not known is left out, never told as 0.
     */
    List<Family> families();
}
