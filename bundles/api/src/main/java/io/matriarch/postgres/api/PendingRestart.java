package io.matriarch.postgres.api;

/** A parameter whose new value waits for a restart. */
public record PendingRestart(String parameter, String oldValue, String newValue) {}
