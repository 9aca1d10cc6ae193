/** What a backup asks of the server, over a connection of its own. */
@NullMarked
package io.matriarch.backup.engine.sql;

import org.jspecify.annotations.NullMarked;
