package io.matriarch.backup.engine.copy;

import io.matriarch.backup.engine.scan.Tree;
import io.matriarch.storage.api.Storage;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What all workers of a backup share.
 *
 * @param lastBundle number of the last bundle begun
 * @param objects what was put into the backup's folder
 */
public record CopyContext(
        Storage storage,
        CopySettings settings,
        Tree tree,
        CopyQueue queue,
        ResultFile results,
        Throttle throttle,
        Tally tally,
        AtomicInteger lastBundle,
        ObjectSum objects) {}
