package io.matriarch.management.osgi;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(name = "Management", description = "JMX and /api/v1 of this node")
@interface ManagementConfig {
    String PID = "io.matriarch.management";

    @AttributeDefinition(
            name = "JMX address",
            description =
                    "Address and port of the JMX connector; empty: none. One that other machines reach"
                            + " only with TLS and users. Changing it closes the connections there"
                            + " are.")
    String jmxListen() default "127.0.0.1:8009";

    @AttributeDefinition(
            name = "JMX asks",
            description =
                    "Whether JMX asks for a user and a password, those of the REST port. If not,"
                            + " whoever reaches it may do everything.")
    boolean jmxAsks() default false;

    @AttributeDefinition(
            name = "JMX key store",
            description = "PKCS#12 with key and certificate of JMX; empty: no TLS")
    String jmxKeyStore() default "";

    @AttributeDefinition(
            name = "JMX trust store",
            description =
                    "PKCS#12 with the authorities of client certificates; empty: none is verified")
    String jmxTrustStore() default "";

    @AttributeDefinition(name = "JMX store password", description = "Of both stores")
    String jmxStorePassword() default "";

    @AttributeDefinition(
            name = "JMX client certificates",
            description = "none, optional or required")
    String jmxVerifyClient() default "none";

    @AttributeDefinition(
            name = "Jolokia",
            description =
                    "Whether the REST port serves JMX by JSON at /jolokia, for users of any role")
    boolean jolokia() default false;

    @AttributeDefinition(name = "Scope", description = "The cluster's name, for people to read")
    String scope() default "";

    @AttributeDefinition(name = "Name", description = "This member's name, for people to read")
    String name() default "";

    @AttributeDefinition(name = "Version", description = "Of this appliance, for people to read")
    String version() default "";
}
