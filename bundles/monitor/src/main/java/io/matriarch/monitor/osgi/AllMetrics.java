package io.matriarch.monitor.osgi;

import io.matriarch.monitor.api.Metric;
import io.matriarch.monitor.collect.Book;
import io.matriarch.monitor.collect.Facts;
import io.matriarch.monitor.collect.JobFigures;
import io.matriarch.monitor.collect.PeersTask;
import io.matriarch.monitor.collect.Server;
import io.matriarch.monitor.collect.StoreTask;
import io.matriarch.monitor.core.EventFigures;
import io.matriarch.monitor.core.HostFigures;
import io.matriarch.monitor.core.PoolerFigures;
import io.matriarch.monitor.core.ProxyFigures;
import io.matriarch.monitor.core.RepositoryFigures;
import io.matriarch.monitor.core.Statements;
import io.matriarch.monitor.host.CertificatesTask;
import io.matriarch.monitor.host.JvmTask;
import io.matriarch.monitor.host.KernelTask;
import java.util.List;
import java.util.stream.Stream;

/** Everything this bundle may put on the page; the reference is made of it. */
public final class AllMetrics {
    private AllMetrics() {}

    public static List<Metric> all() {
        return Stream.of(
                        Statements.all().stream()
                                .flatMap(collector -> collector.metrics().stream())
                                .toList(),
                        Facts.metrics(),
                        Server.metrics(),
                        StoreTask.metrics(),
                        PeersTask.metrics(),
                        EventFigures.metrics(),
                        RepositoryFigures.metrics(),
                        JobFigures.metrics(),
                        KernelTask.metrics(),
                        HostFigures.metrics(),
                        CertificatesTask.metrics(),
                        JvmTask.metrics(),
                        PoolerFigures.metrics(),
                        ProxyFigures.metrics(),
                        Book.metrics())
                .flatMap(List::stream)
                .toList();
    }
}
