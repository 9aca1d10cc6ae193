package io.matriarch.monitor.core;

/** Whose figures these are: the labels {@code cluster} and {@code member} of all of ours. */
public record Identity(String cluster, String member) {}
