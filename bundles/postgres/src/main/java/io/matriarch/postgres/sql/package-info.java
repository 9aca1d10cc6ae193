/** What the server is asked over its own protocol. */
@NullMarked
package io.matriarch.postgres.sql;

import org.jspecify.annotations.NullMarked;
