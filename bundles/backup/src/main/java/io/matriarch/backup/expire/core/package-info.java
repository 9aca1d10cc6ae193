/** What may be removed from a repository, and why; plans only. */
@NullMarked
package io.matriarch.backup.expire.core;

import org.jspecify.annotations.NullMarked;
