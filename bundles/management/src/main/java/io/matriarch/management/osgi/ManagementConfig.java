package io.matriarch.management.osgi;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(name = "Management", description = "JMX and /api/v1 of this node")
@interface ManagementConfig {
    String PID = "io.matriarch.management";

    @AttributeDefinition(
            name = "JMX address",
            description =
                    "Loopback address and port of the JMX connector; empty: none. Changing it closes the"
                            + " connections there are.")
    String jmxListen() default "127.0.0.1:8009";

    @AttributeDefinition(
            name = "JMX asks",
            description =
                    "Whether JMX asks for a user and a password, those of the REST port. If not,"
                            + " whoever reaches it may do everything.")
    boolean jmxAsks() default false;

    @AttributeDefinition(name = "Scope", description = "The cluster's name, for people to read")
    String scope() default "";

    @AttributeDefinition(name = "Name", description = "This member's name, for people to read")
    String name() default "";

    @AttributeDefinition(name = "Version", description = "Of this appliance, for people to read")
    String version() default "";
}
