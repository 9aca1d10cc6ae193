/** Brings a backup back: files, links, recovery settings. */
@NullMarked
package io.matriarch.backup.restore;

import org.jspecify.annotations.NullMarked;
