/**
 * Rounds: measure, judge, agree through the store, tell. The one place with time, and one thread.
 */
@NullMarked
package io.matriarch.alerting.engine;

import org.jspecify.annotations.NullMarked;
