package io.matriarch.itests;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Network.Ipam;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.testcontainers.DockerClientFactory;

/**
 * The place where test clusters live: one internal container network per JVM, out of which no
 * packet leads.
 *
 * <p>Two walls keep test traffic on this machine. The network is internal, so Docker drops what
 * goes from a container to elsewhere. And behind its subnet lies an {@code unreachable} route of
 * bad metric: once the network is gone, what this JVM still sends to a removed container ends here
 * rather than at the default gateway. That route is left in place on purpose, as TCP may send again
 * after us.
 */
final class Lab {
    private static final Logger LOG = LoggerFactory.getLogger(Lab.class);
    private static final String LABEL = "io.matriarch.itests.jvm";
    private static final int FIRST_SUBNET = 64;
    private static final int SUBNETS = 32;

    private static final class Holder {
        static final Lab INSTANCE = new Lab();
    }

    private final DockerClient docker = DockerClientFactory.lazyClient();
    private final String jvm = Long.toString(ProcessHandle.current().pid());
    private final Map<String, Box> boxes = new ConcurrentHashMap<>();
    private final String prefix;
    private final String networkId;

    private Lab() {
        removeLeftovers();
        String found = "";
        String id = "";
        for (int i = 0; i < SUBNETS && id.isEmpty(); i++) {
            found = "10.213." + (FIRST_SUBNET + i);
            id = tryNetwork(found);
        }
        if (id.isEmpty()) {
            throw new IllegalStateException(
                    "no free container subnet among 10.213.%d.0/24 and the %d after it"
                            .formatted(FIRST_SUBNET, SUBNETS - 1));
        }
        prefix = found;
        networkId = id;
        Runtime.getRuntime().addShutdownHook(new Thread(this::removeEverything, "lab-cleanup"));
    }

    static Lab get() {
        return Holder.INSTANCE;
    }

    static String image(int postgresVersion) {
        return "matriarch-itests:pg" + postgresVersion;
    }

    DockerClient docker() {
        return docker;
    }

    /** The address with this last number, 2 to 254. */
    String address(int host) {
        return prefix + "." + host;
    }

    /** Addresses of all containers, and of this JVM as they see it. */
    String subnet() {
        return prefix + ".0/24";
    }

    /** This JVM, seen from a container. */
    String gateway() {
        return prefix + ".1";
    }

    /**
     * Creates and starts a container with an init as its first process.
     *
     * @param tune further settings of the container
     */
    Box start(String name, String image, int host, Tuning tune, String... command) {
        var settings =
                HostConfig.newHostConfig()
                        .withInit(true)
                        .withNetworkMode(networkId)
                        .withCapAdd(Capability.NET_ADMIN, Capability.SYS_PTRACE);
        CreateContainerCmd create =
                docker.createContainerCmd(image)
                        .withName("matriarch-" + jvm + "-" + name)
                        .withHostName(name)
                        .withLabels(Map.of(LABEL, jvm))
                        .withIpv4Address(address(host))
                        .withCmd(command);
        tune.apply(settings);
        String id = create.withHostConfig(settings).exec().getId();
        var box = new Box(docker, id, name, address(host));
        boxes.put(id, box);
        docker.startContainerCmd(id).exec();
        return box;
    }

    void remove(Box box) {
        boxes.remove(box.id());
        removeContainer(box.id());
    }

    /** Changes the settings of a container to be. */
    interface Tuning {
        void apply(HostConfig settings);

        Tuning NONE = _ -> {};
    }

    private String tryNetwork(String candidate) {
        String subnet = candidate + ".0/24";
        try {
            guardSubnet(subnet);
            return docker.createNetworkCmd()
                    .withName("matriarch-" + jvm)
                    .withDriver("bridge")
                    .withInternal(true)
                    .withLabels(Map.of(LABEL, jvm))
                    .withIpam(
                            new Ipam()
                                    .withConfig(
                                            new Ipam.Config()
                                                    .withSubnet(subnet)
                                                    .withGateway(candidate + ".1")))
                    .exec()
                    .getId();
        } catch (DockerException e) {
            LOG.info("subnet {} is taken: {}", subnet, e.getMessage());
            return "";
        }
    }

    /** Adds the unreachable route, in the network namespace of this machine. */
    private void guardSubnet(String subnet) {
        String id =
                docker.createContainerCmd(image(17))
                        .withLabels(Map.of(LABEL, jvm))
                        .withCmd(
                                "sh",
                                "-c",
                                "ip route replace unreachable " + subnet + " metric 4000")
                        .withHostConfig(
                                HostConfig.newHostConfig()
                                        .withNetworkMode("host")
                                        .withCapAdd(Capability.NET_ADMIN))
                        .exec()
                        .getId();
        try {
            docker.startContainerCmd(id).exec();
            int status =
                    docker.waitContainerCmd(id)
                            .exec(
                                    new com.github.dockerjava.api.command
                                            .WaitContainerResultCallback())
                            .awaitStatusCode();
            if (status != 0) {
                throw new IllegalStateException(
                        "cannot add an unreachable route for " + subnet + ": status " + status);
            }
        } finally {
            removeContainer(id);
        }
    }

    /** What an earlier JVM left that ended without its shutdown hook. */
    private void removeLeftovers() {
        for (var container :
                docker.listContainersCmd()
                        .withShowAll(true)
                        .withLabelFilter(List.of(LABEL))
                        .exec()) {
            if (gone(container.getLabels().get(LABEL))) {
                removeContainer(container.getId());
            }
        }
        for (var network : docker.listNetworksCmd().withFilter("label", List.of(LABEL)).exec()) {
            if (gone(network.getLabels().get(LABEL))) {
                docker.removeNetworkCmd(network.getId()).exec();
            }
        }
    }

    private static boolean gone(String pid) {
        return ProcessHandle.of(Long.parseLong(pid)).isEmpty();
    }

    private void removeEverything() {
        boxes.keySet().forEach(this::removeContainer);
        try {
            docker.removeNetworkCmd(networkId).exec();
        } catch (DockerException e) {
            LOG.warn("network {} stays: {}", networkId, e.getMessage());
        }
    }

    private void removeContainer(String id) {
        try {
            docker.removeContainerCmd(id).withForce(true).withRemoveVolumes(true).exec();
        } catch (NotFoundException e) {
            LOG.debug("container {} was gone already", id, e);
        }
    }
}
