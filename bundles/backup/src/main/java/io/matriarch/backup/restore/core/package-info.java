/** What can be restored, from what, and how the restored server recovers; plans only. */
@NullMarked
package io.matriarch.backup.restore.core;

import org.jspecify.annotations.NullMarked;
