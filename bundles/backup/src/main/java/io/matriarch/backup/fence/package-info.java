/** Keeps stock pgBackRest on this host from working on a stanza at the same time as we do. */
@NullMarked
package io.matriarch.backup.fence;

import org.jspecify.annotations.NullMarked;
