/** What is asked when, and what the answers mean. Values only: no clock, file, socket or thread. */
@NullMarked
package io.matriarch.monitor.core;

import org.jspecify.annotations.NullMarked;
