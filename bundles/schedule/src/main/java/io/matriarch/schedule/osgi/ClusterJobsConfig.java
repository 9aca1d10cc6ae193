package io.matriarch.schedule.osgi;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(
        name = "Schedules of the cluster",
        description = "What runs when, on exactly one member; made of matriarch.yml")
@interface ClusterJobsConfig {
    @AttributeDefinition(name = "Scope", description = "Name of the cluster.")
    String scope();

    @AttributeDefinition(name = "Namespace", description = "Of the cluster, in the store.")
    String namespace() default "service";

    @AttributeDefinition(name = "Name", description = "Name of this member.")
    String name();

    @AttributeDefinition(
            name = "Schedules",
            description =
                    "Each a JSON object: name, task, cron (Quartz' form), zone, jitter (seconds),"
                            + " missed (run or skip).")
    String[] schedules() default {};
}
