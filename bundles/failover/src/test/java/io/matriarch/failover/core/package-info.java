/** What is decided when, case by case. */
@NullMarked
package io.matriarch.failover.core;

import org.jspecify.annotations.NullMarked;
