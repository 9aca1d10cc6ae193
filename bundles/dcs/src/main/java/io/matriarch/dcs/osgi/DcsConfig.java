package io.matriarch.dcs.osgi;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(name = "Store", description = "Where etcd is and who we are to it")
@interface DcsConfig {
    @AttributeDefinition(
            name = "Endpoints",
            description = "http://host:port or https://host:port; asked in this order")
    String[] endpoints();

    @AttributeDefinition(name = "User", description = "Empty: etcd runs without authentication")
    String username() default "";

    @AttributeDefinition(name = "Password", type = AttributeType.PASSWORD)
    String password() default "";

    @AttributeDefinition(
            name = "Authorities",
            description = "PEM file that vouches for the servers; empty: the Java runtime's own")
    String cacert() default "";

    @AttributeDefinition(name = "Certificate", description = "PEM file we show to the servers")
    String cert() default "";

    @AttributeDefinition(name = "Key", description = "PEM file of the certificate's private key")
    String key() default "";

    @AttributeDefinition(
            name = "Call timeout",
            min = "100",
            max = "60000",
            description =
                    "Milliseconds an endpoint may owe an answer before it gets a new connection")
    int callTimeoutMillis() default 1000;
}
