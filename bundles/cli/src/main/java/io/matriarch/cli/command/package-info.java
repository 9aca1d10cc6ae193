/** One class per command; each reads its options, asks, and prints. */
@NullMarked
package io.matriarch.cli.command;

import org.jspecify.annotations.NullMarked;
