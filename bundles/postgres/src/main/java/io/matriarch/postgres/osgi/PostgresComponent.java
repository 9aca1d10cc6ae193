package io.matriarch.postgres.osgi;

import io.matriarch.postgres.api.LocalPostgres;
import io.matriarch.postgres.api.ReplicaSource;
import io.matriarch.postgres.control.LocalServer;
import io.matriarch.postgres.control.RunAs;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.Designate;

/**
 * Publishes {@link LocalPostgres} for the configured server. Going away leaves the server running;
 * the next instance finds it by its postmaster.pid.
 */
@Component(
        immediate = true,
        service = {},
        configurationPid = "io.matriarch.postgres",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = PostgresConfig.class)
public final class PostgresComponent {
    private final LocalServer server;
    private final ServiceRegistration<LocalPostgres> registration;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile @Nullable ReplicaSource replicas;

    @Activate
    public PostgresComponent(BundleContext context, Map<String, Object> properties) {
        server =
                new LocalServer(
                        SettingsReader.read(properties),
                        RunAs.plain(),
                        () -> Optional.ofNullable(replicas));
        registration = context.registerService(LocalPostgres.class, server, null);
    }

    @Deactivate
    public void stop() {
        registration.unregister();
        server.close();
    }
}
