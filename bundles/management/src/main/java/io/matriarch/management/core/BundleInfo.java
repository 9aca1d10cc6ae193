package io.matriarch.management.core;

/**
 * One bundle of the running appliance.
 *
 * @param state {@code active}, {@code resolved}, {@code installed}, {@code starting}, {@code
 *     stopping}
 * @param lastModified when it was installed, updated or uninstalled; ISO 8601
 */
public record BundleInfo(long id, String name, String version, String state, String lastModified) {}
