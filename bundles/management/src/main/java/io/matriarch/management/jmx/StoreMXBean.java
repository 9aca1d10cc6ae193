package io.matriarch.management.jmx;

import java.util.List;

@Description("The store (etcd) as seen from here, asked no more than once a second")
public interface StoreMXBean {
    @Description("Hexadecimal, as etcdctl prints it; empty if no endpoint answered")
    String getClusterId();

    @Description(value = "How many endpoints are configured", units = "endpoints")
    int getEndpointCount();

    @Description(value = "How many endpoints answered", units = "endpoints")
    int getAnsweringCount();

    @Description("The endpoint that leads the store; empty if none of those answering does")
    String getLeader();

    @Description("Every endpoint in the order configured")
    List<Views.Endpoint> getEndpoints();
}
