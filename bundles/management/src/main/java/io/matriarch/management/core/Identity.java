package io.matriarch.management.core;

/**
 * Who this node is.
 *
 * @param scope the cluster's name
 * @param name the member's name
 * @param version of this appliance
 */
public record Identity(String scope, String name, String version) {}
