package io.matriarch.dcs.api;

/**
 * The store's answer to a {@link Txn}.
 *
 * @param applied false: a condition did not hold and nothing was written. Somebody was faster: read
 *     again and decide again, never retry blindly
 * @param revision the store's revision after it
 */
public record Committed(boolean applied, long revision) {}
