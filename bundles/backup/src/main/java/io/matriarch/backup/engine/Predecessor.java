package io.matriarch.backup.engine;

import io.matriarch.backup.format.Manifest;
import java.nio.file.Path;

/**
 * A manifest from before: of the backup this one builds on, or of an interrupted one.
 *
 * @param text its plain text in a file of ours
 */
record Predecessor(Manifest manifest, Path text) {}
