/** Stock pgBackRest beside us: its repositories for our readers, and it as judge of ours. */
@org.jspecify.annotations.NullMarked
package io.matriarch.backup.stock;
