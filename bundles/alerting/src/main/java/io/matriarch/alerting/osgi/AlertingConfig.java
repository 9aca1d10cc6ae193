package io.matriarch.alerting.osgi;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** What {@code matriarch.yml} says about alerts. */
@ObjectClassDefinition(name = "Alerting", description = "What is told to whom")
public @interface AlertingConfig {
    String PID = "io.matriarch.alerting";

    @AttributeDefinition(name = "Scope", description = "Name of the cluster")
    String scope();

    @AttributeDefinition(name = "Name", description = "Name of this member")
    String name();

    @AttributeDefinition(name = "Namespace", description = "Part of our keys in the store")
    String namespace() default "service";

    @AttributeDefinition(name = "Version", description = "Of Matriarch")
    String version() default "unknown";

    @AttributeDefinition(name = "State directory", description = "Where spool and timers lie")
    String stateDir();

    @AttributeDefinition(name = "API URL", description = "Where a reader finds this member")
    String apiUrl() default "";

    @AttributeDefinition(name = "Alerts", description = "The section alerts as JSON")
    String alerts() default "{}";
}
