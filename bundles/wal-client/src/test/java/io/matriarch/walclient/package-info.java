/** The program, run as PostgreSQL runs it. */
@NullMarked
package io.matriarch.walclient;

import org.jspecify.annotations.NullMarked;
