/**
 * What the commands compute: tables, trees, merges, differences, units. No socket, file, clock or
 * terminal.
 */
@NullMarked
package io.matriarch.cli.core;

import org.jspecify.annotations.NullMarked;
