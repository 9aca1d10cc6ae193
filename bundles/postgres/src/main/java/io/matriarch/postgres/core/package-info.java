/** Decisions about the server beside us: pure functions on values. */
@NullMarked
package io.matriarch.postgres.core;

import org.jspecify.annotations.NullMarked;
