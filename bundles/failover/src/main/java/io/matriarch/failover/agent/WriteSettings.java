package io.matriarch.failover.agent;

import io.matriarch.failover.core.Ballast;
import io.matriarch.failover.core.WritePlan;
import java.time.Duration;

/**
 * What the configuration file says about the write path of this node.
 *
 * @param interval between two tries to write; zero: none is made, and nothing is known
 */
public record WriteSettings(Duration interval, WritePlan plan, Ballast ballast) {}
