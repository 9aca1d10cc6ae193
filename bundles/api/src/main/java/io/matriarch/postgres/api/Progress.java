package io.matriarch.postgres.api;

/**
 * How far a clone or rewind is.
 *
 * @param totalBytes 0 while unknown
 */
public record Progress(String step, long doneBytes, long totalBytes) {}
