/**
 * The pgBackRest repository, format 5, as values: names, info files, the manifest, and the rules
 * that need no repository at hand. No file, network, clock or thread.
 */
@NullMarked
package io.matriarch.backup.format;

import org.jspecify.annotations.NullMarked;
