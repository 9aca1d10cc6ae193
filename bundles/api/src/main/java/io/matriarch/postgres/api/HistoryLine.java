package io.matriarch.postgres.api;

import io.matriarch.api.Lsn;
import java.time.Instant;

/**
 * One line of a timeline history file.
 *
 * @param endedTimeline the timeline that was left
 * @param at when the history file was written
 */
public record HistoryLine(int endedTimeline, Lsn switchPoint, String reason, Instant at) {}
